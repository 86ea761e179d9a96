/** The floor for what pods may do: nothing that `/approve` accepts gives a pod more power over its node or the cluster (safety F18, F19). */
import type { Effect } from "../records/plan.ts";
import { formatObject } from "../records/fields.ts";
import { type Leaf, leavesOf } from "./effect-fields.ts";
import { forbid, type Judgement } from "./judgement.ts";

interface Danger {
  readonly what: string;
  readonly isIn: (leaf: Leaf) => boolean;
}

const last = (leaf: Leaf): string => leaf.names.at(-1) ?? "";
const isSet = (name: string) => (leaf: Leaf) => last(leaf) === name && leaf.value === true;
const has = (name: string) => (leaf: Leaf) => leaf.names.includes(name);

const DANGERS: readonly Danger[] = [
  { what: "a privileged container", isIn: isSet("privileged") },
  { what: "privilege escalation", isIn: isSet("allowPrivilegeEscalation") },
  { what: "the node's network", isIn: isSet("hostNetwork") },
  { what: "the node's processes", isIn: isSet("hostPID") },
  { what: "the node's inter-process communication", isIn: isSet("hostIPC") },
  { what: "a directory of the node", isIn: has("hostPath") },
  { what: "a port of the node", isIn: (leaf) => last(leaf) === "hostPort" && leaf.value !== 0 },
  { what: "more kernel capabilities", isIn: (leaf) => leaf.names.includes("capabilities") && leaf.names.includes("add") },
  { what: "an unmasked /proc", isIn: (leaf) => last(leaf) === "procMount" && leaf.value === "Unmasked" },
  { what: "another service account", isIn: (leaf) => /^serviceAccount(Name)?$/.test(last(leaf)) },
  { what: "a service account's token", isIn: isSet("automountServiceAccountToken") },
  { what: "a hook or a sync option of Argo CD or Helm", isIn: (leaf) => leaf.names.some((name) => /^(argocd\.argoproj\.io|helm\.sh)\//.test(name)) },
];

/** Judges what the effect adds or alters; what is there already, or goes away, is no danger here. */
export function judgePodPower(effect: Effect): readonly Judgement[] {
  const known = new Set(leavesOf(effect, "before").map(leafKey));
  const fresh = leavesOf(effect, "after").filter((leaf) => !known.has(leafKey(leaf)));
  const found = DANGERS.filter((danger) => fresh.some(danger.isIn));
  return found.map((danger) => forbid(`${formatObject(effect.object)} ${effect.field} would give ${danger.what}`));
}

function leafKey(leaf: Leaf): string {
  return JSON.stringify([leaf.names, leaf.value]);
}

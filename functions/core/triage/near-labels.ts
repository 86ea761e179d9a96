/** Why a selector takes nothing: the pods that it nearly takes, and which label differs. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { formatObject } from "../records/fields.ts";
import { refOf } from "../records/read-object.ts";
import { hasLabels, type Labels } from "./label-selector.ts";
import { podsIn, workloadsIn } from "./service-back-end.ts";
import type { Snapshot } from "./snapshot.ts";

/** Typing errors up to this many characters are recognised. */
const MAX_TYPOS = 2;

interface Candidate {
  readonly name: string;
  readonly labels: Labels;
  readonly score: number;
}

/** Describes the pods that a selector was most probably meant for; undefined where none comes near. */
export function describeNearest(snapshot: Snapshot, service: KubernetesObject, selector: Labels): string | undefined {
  const { namespace } = service.metadata;
  const here = [
    ...workloadsIn(snapshot, namespace).map(({ workload, labels }) => ({ name: formatObject(refOf(workload)), labels })),
    ...podsIn(snapshot, namespace ?? "").map((pod) => ({ name: formatObject(pod.ref), labels: pod.object.metadata.labels ?? {} })),
  ];
  const [best] = here
    .map((one): Candidate => ({ ...one, score: scoreOf(one, selector, service.metadata.name) }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score);
  if (best) return `the pods of ${best.name} come near: ${differences(best.labels, selector)}`;
  const elsewhere = snapshot.pods.find((pod) => hasLabels(pod.object.metadata.labels ?? {}, selector));
  return elsewhere && `pods with these labels are in namespace ${elsewhere.ref.namespace ?? ""} (${elsewhere.ref.name})`;
}

/** Same pairs count most, then a name that is the Service's own, then values that look alike. */
function scoreOf({ name, labels }: Omit<Candidate, "score">, selector: Labels, service: string): number {
  const pairs = Object.entries(selector);
  const same = pairs.filter(([key, value]) => labels[key] === value).length;
  const moved = pairs.filter(([key, value]) => labels[key] !== value && Object.values(labels).includes(value)).length;
  const alike = pairs.filter(([key, value]) => labels[key] !== undefined && isAlike(labels[key], value)).length;
  const isNamesake = (name.split("/").at(-1) ?? "") === service || name.split("/").at(-1)?.startsWith(`${service}-`) === true;
  return same * 8 + alike * 4 + moved * 4 + (isNamesake ? 3 : 0);
}

function differences(labels: Labels, selector: Labels): string {
  return Object.entries(selector)
    .filter(([key, value]) => labels[key] !== value)
    .slice(0, 3)
    .map(([key, value]) => {
      const other = Object.entries(labels).find(([, theirs]) => theirs === value)?.[0];
      if (labels[key] !== undefined) return `their label ${key} is ${labels[key]}, not ${value}`;
      return other === undefined ? `they have no label ${key}` : `they have ${other}=${value} instead of ${key}=${value}`;
    })
    .join("; ");
}

function isAlike(a: string, b: string): boolean {
  return a !== b && (a.startsWith(`${b}-`) || b.startsWith(`${a}-`) || a.endsWith(`-${b}`) || b.endsWith(`-${a}`) || typosBetween(a, b) <= MAX_TYPOS);
}

/** How many characters have to be added, removed or replaced (Levenshtein); label values have at most 63. */
function typosBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_TYPOS || Math.min(a.length, b.length) < 3) return MAX_TYPOS + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, char] of a.split("").entries()) {
    const next = [i + 1];
    for (const [j, other] of b.split("").entries()) next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (char === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}

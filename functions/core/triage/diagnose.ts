/** From a snapshot to causes: every analyzer's findings, those on one chain of owners joined. */
import { type Cause, CauseSchema, type Finding } from "../records/finding.ts";
import { formatObject, type ObjectRef } from "../records/fields.ts";
import { hashId } from "../records/ids.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { cutText } from "./finding-of.ts";
import { applicationOf, ownerAppOf } from "./owner-app.ts";
import { groupOf } from "../records/read-object.ts";
import { ANALYZERS } from "./registry.ts";
import { createSnapshot, type Snapshot } from "./snapshot.ts";

/** What an Application says about the health of its workloads: evidence for their cause where there is one, a cause where there is none. */
const AGGREGATES = new Set(["degraded", "missing", "stuck-progressing", "out-of-sync"]);

/** What a workload says of its pods: evidence for the cause that a pod, or who is to blame for it, already is. */
const WORKLOAD_AGGREGATES = new Set(["unavailable", "rollout-stuck", "replica-failure"]);

/** Findings of one category that a cause keeps: ten crashing pods of one workload say what five say. */
const MAX_PER_CATEGORY = 5;

export interface Diagnosis {
  readonly snapshot: Snapshot;
  readonly findings: readonly Finding[];
  readonly causes: readonly Cause[];
}

interface Chain {
  readonly root: ObjectRef;
  readonly app: KubernetesObject | undefined;
  readonly findings: Finding[];
}

/** Looks at everything; silent on a healthy cluster. `now` in ms since the epoch. */
export function diagnose(objects: readonly KubernetesObject[], now: number): Diagnosis {
  const snapshot = createSnapshot(objects, now);
  const findings = ANALYZERS.flatMap((analyze) => analyze(snapshot));
  const chains = new Map<string, Chain>();
  for (const finding of findings) {
    const root = rootOfFinding(snapshot, finding);
    const key = `${groupOf(root.apiVersion ?? "")}/${formatObject(root)}`;
    const chain = chains.get(key) ?? { root, app: applicationOf(snapshot, root), findings: [] };
    chain.findings.push(finding);
    chains.set(key, chain);
  }
  return { snapshot, findings, causes: joinAggregates(joinWorkloads(snapshot, [...chains.values()])).map(causeOf) };
}

/** Moves what a workload says of its pods to the node, claim or quota that is to blame for them, if there is one. */
function joinWorkloads(snapshot: Snapshot, chains: readonly Chain[]): readonly Chain[] {
  const blamed = new Map<string, Chain>();
  for (const chain of chains) {
    for (const { blames, object } of chain.findings) {
      const found = blames && snapshot.get(object);
      if (found) blamed.set(formatObject(snapshot.rootOf(found)), chain);
    }
  }
  return chains.filter((chain) => {
    const other = blamed.get(formatObject(chain.root));
    if (!other || other === chain || !chain.findings.every((finding) => WORKLOAD_AGGREGATES.has(finding.category))) return true;
    other.findings.push(...chain.findings);
    return false;
  });
}

function rootOfFinding(snapshot: Snapshot, finding: Finding): ObjectRef {
  const object = (finding.blames === undefined ? undefined : snapshot.get(finding.blames)) ?? snapshot.get(finding.object);
  return object ? snapshot.rootOf(object) : finding.object;
}

/** Moves what an Application says of its workloads to the workload in trouble, if there is one. */
function joinAggregates(chains: readonly Chain[]): readonly Chain[] {
  return chains.flatMap((chain) => {
    if (chain.root.kind !== "Application") return [chain];
    const workload = chains.find((other) => other.root.kind !== "Application" && other.app !== undefined && other.app === chain.app);
    if (!workload) return [chain];
    workload.findings.push(...chain.findings.filter((finding) => AGGREGATES.has(finding.category)));
    const own = chain.findings.filter((finding) => !AGGREGATES.has(finding.category));
    return own.length === 0 ? [] : [{ ...chain, findings: own }];
  });
}

function causeOf({ root, app, findings }: Chain): Cause {
  const [first] = findings;
  const category = first?.category ?? "unknown";
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more finding${findings.length > 2 ? "s" : ""})` : "";
  return CauseSchema.parse({
    id: causeId(category, root),
    object: root,
    category,
    title: cutText(`${formatObject(root)}: ${first?.message ?? category}`, 200),
    detail: cutText(first?.message ?? category, 440) + more,
    findings: keepFew(findings),
    ...(app && { app: ownerAppOf(app) }),
  });
}

function keepFew(findings: readonly Finding[]): readonly Finding[] {
  const isKept = (finding: Finding, index: number): boolean =>
    findings.slice(0, index).filter((other) => other.category === finding.category).length < MAX_PER_CATEGORY;
  return findings.filter(isKept).slice(0, 50);
}

/** The same trouble has the same id, whichever pod it shows in. */
function causeId(category: string, root: ObjectRef): string {
  return hashId("cause", category, root.kind, root.namespace ?? "", root.name);
}

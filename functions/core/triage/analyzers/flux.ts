/** Flux: sources that cannot be fetched, and what cannot be built or applied from them. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { groupOf, listAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import { conditionEvidence, conditionNamed, failingCondition, sayCondition } from "../condition-view.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

const GROUP = ".toolkit.fluxcd.io";

/** Finds objects of Flux that are not Ready; one that waits for another names that one. Suspended ones rest on purpose. */
export const findFluxTrouble: Analyzer = (snapshot) =>
  snapshot.objects.flatMap((object) => {
    const isSuspended = valueAt(object, "spec", "suspend") === true || object.metadata.deletionTimestamp !== undefined;
    if (!isFlux(object) || isSuspended) return [];
    const stalled = conditionNamed(object, "Stalled");
    const ready = failingCondition(object, "Ready", snapshot.now);
    const condition = ready ?? (stalled?.status === "True" ? stalled : undefined);
    if (!condition) return [];
    return [
      findingOf(refOf(object), {
        category: "flux-not-ready",
        message: `${object.kind} ${object.metadata.name} is not Ready: ${sayCondition(condition)}`,
        evidence: conditionEvidence(condition),
        since: condition.since,
        blames: blamedBy(object, snapshot),
      }),
    ];
  });

function isFlux(object: KubernetesObject): boolean {
  return groupOf(object.apiVersion).endsWith(GROUP);
}

/** The source or the dependency of an object where that is not Ready itself, to the end of the chain. */
function blamedBy(object: KubernetesObject, snapshot: Snapshot): Seen["blames"] {
  let current = object;
  for (let depth = 0; depth < 5; depth += 1) {
    const next = needsOf(current, snapshot).find((one) => failingCondition(one, "Ready", snapshot.now) !== undefined);
    if (!next || next === current) break;
    current = next;
  }
  return current === object ? undefined : refOf(current);
}

function needsOf(object: KubernetesObject, snapshot: Snapshot): readonly KubernetesObject[] {
  const refs = [
    valueAt(object, "spec", "sourceRef"),
    valueAt(object, "spec", "chartRef"),
    valueAt(object, "spec", "chart", "spec", "sourceRef"),
    ...listAt(object, "spec", "dependsOn").map((ref) => ({ kind: object.kind, name: textAt(ref, "name"), namespace: textAt(ref, "namespace") })),
  ];
  return refs.flatMap((ref) => {
    const kind = textAt(ref, "kind");
    const name = textAt(ref, "name");
    const namespace = textAt(ref, "namespace") ?? object.metadata.namespace ?? "";
    return kind === undefined || name === undefined ? [] : (snapshot.get({ kind, name, namespace }) ?? []);
  });
}

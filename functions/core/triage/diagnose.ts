/** From a snapshot to causes: every analyzer's findings, without those that are over, joined by what explains what. */
import type { Cause, Finding } from "../records/finding.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { causeOf } from "./cause-of.ts";
import { joinFindings } from "./join-findings.ts";
import { isOver } from "./live-findings.ts";
import { ANALYZERS } from "./registry.ts";
import { createScene } from "./scene.ts";
import { createSnapshot, type Snapshot } from "./snapshot.ts";

export interface Diagnosis {
  readonly snapshot: Snapshot;
  readonly findings: readonly Finding[];
  readonly causes: readonly Cause[];
}

/** Looks at everything; silent on a healthy cluster. `now` in ms since the epoch. */
export function diagnose(objects: readonly KubernetesObject[], now: number): Diagnosis {
  const snapshot = createSnapshot(objects, now);
  const findings = ANALYZERS.flatMap((analyze) => analyze(snapshot));
  return { snapshot, findings, causes: causesOf(snapshot, findings) };
}

/** Joins what analyzers found to causes, each finding that is not over to exactly one. */
export function causesOf(snapshot: Snapshot, findings: readonly Finding[]): readonly Cause[] {
  const live = findings.filter((finding) => !isOver(finding, snapshot));
  return joinFindings(createScene(snapshot, live)).map((joined) => causeOf(joined, snapshot));
}

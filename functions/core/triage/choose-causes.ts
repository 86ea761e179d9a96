/** From all causes to those that were asked about: an object, a namespace, alerts. */
import type { Cause } from "../records/finding.ts";
import type { ObjectRef } from "../records/fields.ts";
import { causesOfAlert } from "./alert-cause.ts";
import type { Diagnosis } from "./diagnose.ts";
import { causeOfMeasured } from "./measured-alert.ts";
import { type AlertLabels, judgeAlert } from "./judge-alert.ts";
import { workloadsOfGonePod } from "./reach.ts";
import type { Snapshot } from "./snapshot.ts";

/** Causes of an object, in any namespace where it names none; a pod that is gone means the workload that made it. */
export function causesAbout(causes: readonly Cause[], object: ObjectRef, snapshot: Snapshot): readonly Cause[] {
  const refs = [object, ...(object.kind === "Pod" ? workloadsOfGonePod(object, snapshot) : [])];
  for (const ref of refs) {
    const found = causes.filter((cause) => [cause, ...cause.findings, ...(cause.effects ?? [])].some((other) => isNamed(other.object, ref)));
    if (found.length > 0) return found;
    const ofApp = ref.kind === "Application" ? causes.filter(({ app }) => app?.name === ref.name) : [];
    if (ofApp.length > 0) return ofApp;
  }
  return [];
}

/** Causes that are in a namespace, or show there. */
export function causesIn(causes: readonly Cause[], namespace: string): readonly Cause[] {
  return causes.filter((cause) => cause.object.namespace === namespace || cause.findings.some((finding) => finding.object.namespace === namespace));
}

/** Causes behind any of the alerts, those of the first alert first; the snapshot says which node has an address, and which ingress a host. */
export function causesOfAlerts(causes: readonly Cause[], alerts: readonly AlertLabels[], snapshot: Snapshot): readonly Cause[] {
  return [...new Set(alerts.flatMap((labels) => foundOrMeasured(causes, labels, snapshot)))];
}

/** Alerts that ask nobody for anything, with the reasons. */
export function alertsWithoutWork(alerts: readonly AlertLabels[], snapshot: Snapshot): readonly { readonly alert: string; readonly reason: string }[] {
  return alerts.flatMap((labels) => {
    const judged = judgeAlert(labels, snapshot);
    return judged.about === "nothing" || judged.about === "heartbeat" ? [{ alert: labels["alertname"] ?? "", reason: judged.reason }] : [];
  });
}

function foundOrMeasured(causes: readonly Cause[], labels: AlertLabels, snapshot: Snapshot): readonly Cause[] {
  const found = causesOfAlert(causes, labels, snapshot);
  const measured = found.length > 0 ? undefined : causeOfMeasured(labels, snapshot);
  return measured ? [measured] : found;
}

/** Tells whether an object was looked at. */
export function isKnown({ snapshot }: Diagnosis, object: ObjectRef): boolean {
  return snapshot.ofKind(object.kind).some(({ kind, metadata }) => isNamed({ kind, ...metadata }, object));
}

function isNamed(object: ObjectRef, ref: ObjectRef): boolean {
  return object.kind === ref.kind && object.name === ref.name && (ref.namespace === undefined || object.namespace === ref.namespace);
}

/** Incidents: which labels make two alerts the same trouble, and what an alert does to the run that works on it (engine.md 4). */
import type { Alert } from "../records/alert.ts";
import { hashId } from "../records/ids.ts";
import { isScrapedService } from "../records/scrape-labels.ts";
import type { Run } from "../records/run.ts";
import { ToolRequested, VerificationRequested } from "../events/catalog.ts";
import type { Context } from "./context.ts";
import { isChangeOver } from "./transitions.ts";
import { withAlert } from "./kept-alert.ts";
import { oweNotice } from "./notices.ts";
import { hurryEntries } from "./outbox.ts";

/** Labels that name the trouble; all others (pod, instance, uid, ...) change while it stays the same. */
const KEY_LABELS = [
  "cluster",
  "namespace",
  "deployment",
  "statefulset",
  "daemonset",
  "cronjob",
  "job_name",
  "persistentvolumeclaim",
  "node",
  "container",
  "name",
];

/** `shop-5d9c7b8f6-x2x9k` and `shop-x2x9k` come from `shop`; `db-0` from `db`. */
export function workloadOfPod(pod: string): string {
  const replicaSetPod = /^(.+)-[bcdf0-9]{1,10}-[a-z0-9]{5}$/.exec(pod) ?? /^(.+)-[a-f0-9]{6,10}-[a-z0-9]{5}$/.exec(pod);
  const ownedPod = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5}$/.exec(pod);
  const ordinal = /^(.+)-\d{1,5}$/.exec(pod);
  return replicaSetPod?.[1] ?? ordinal?.[1] ?? ownedPod?.[1] ?? pod;
}

/** The incident that an alert is about: the same for every pod, instance and firing of one trouble. */
export function incidentKey(labels: Readonly<Record<string, string>>): string {
  const parts = KEY_LABELS.filter((label) => labels[label] !== undefined).map((label) => `${label}=${labels[label] ?? ""}`);
  const { pod, service } = labels;
  if (service !== undefined && !isScrapedService(labels)) parts.push(`service=${service}`);
  if (pod !== undefined) parts.push(`workload=${workloadOfPod(pod)}`);
  return hashId(labels["alertname"] ?? "", ...parts);
}

/** What a rule has to name to speak of the same trouble: the labels of its key, a pod by its workload. */
export function ignoreMatchOf(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { alertname, pod, service } = labels;
  const kept = KEY_LABELS.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]] as const]));
  return {
    ...(alertname !== undefined && { alertname }),
    ...Object.fromEntries(kept),
    ...(service !== undefined && !isScrapedService(labels) && { service }),
    ...(pod !== undefined && { pod: workloadOfPod(pod) === pod ? pod : `${workloadOfPod(pod)}-*` }),
  };
}

/** The run of one firing of an incident: by the earliest start among its alerts. */
export function incidentRunId(key: string, alerts: readonly Alert[]): string {
  return hashId("incident", key, Math.min(...alerts.map((alert) => alert.startsAt)));
}

/** What the incident is called: the alert and where. A node has no namespace: the one that stands beside it is the scrape's. */
export function incidentTitle(labels: Readonly<Record<string, string>>): string {
  const subject =
    labels["deployment"] ?? labels["statefulset"] ?? labels["daemonset"] ?? (labels["pod"] === undefined ? undefined : workloadOfPod(labels["pod"]));
  const service = isScrapedService(labels) ? undefined : labels["service"];
  const isOfNode = subject === undefined && labels["node"] !== undefined;
  const namespace = isOfNode ? undefined : labels["namespace"];
  const place = [namespace, subject ?? labels["node"] ?? labels["name"] ?? service].filter((part) => part !== undefined);
  return [labels["alertname"] ?? "alert", place.join("/")]
    .filter((part) => part !== "")
    .join(" ")
    .slice(0, 200);
}

/** Notes alerts on the run: news only; an alert that is noted already, in the same state, changes nothing. */
export function noteAlerts(run: Run, alerts: readonly Alert[], context: Context): Run {
  const noted = sayEvidence(run, alerts.reduce(noteAlert, run), context);
  const incident = noted.incident;
  const allResolved = noted !== run && incident?.alerts.every((alert) => alert.status === "resolved");
  return allResolved ? hurryEntries(noted, context, (entry) => entry.type === VerificationRequested.type || entry.type === ToolRequested.type) : noted;
}

/** Kinds of alerts that are told of beside the first. */
const MAX_KINDS = 5;

/** An alert of another name is evidence for the pull request that is open, or news of the rollout: told once for each name. */
function sayEvidence(before: Run, after: Run, context: Context): Run {
  const change = after.changes.find((open) => open.pullRequest !== undefined && !isChangeOver(open.state));
  const known = namesOf(before);
  const fresh = [...namesOf(after)].filter((name) => !known.has(name));
  if (!change || after === before || known.size + fresh.length > MAX_KINDS) return after;
  return fresh.reduce((run, name) => oweNotice(run, { say: "evidence", change: change.number, words: `Alert \`${name}\`.` }, context), after);
}

/** Names that may be shown as they are: what Prometheus takes for one. */
function namesOf(run: Run): ReadonlySet<string> {
  const names = (run.incident?.alerts ?? []).map((alert) => alert.labels["alertname"] ?? "");
  return new Set(names.filter((name) => /^[A-Za-z_:][\w:]{0,99}$/.test(name)));
}

/** A firing of a label set takes the place of its older one, so that a flapping alert stays one alert. */
function noteAlert(run: Run, alert: Alert): Run {
  const incident = run.incident;
  if (!incident) return run;
  const same = incident.alerts.findIndex((known) => known.fingerprint === alert.fingerprint);
  const known = incident.alerts[same];
  if (!known) return alert.status === "resolved" ? run : { ...run, incident: withAlert(incident, alert) };
  const isNews = alert.startsAt > known.startsAt || (alert.startsAt === known.startsAt && alert.status !== known.status);
  if (!isNews) return run;
  const alerts = incident.alerts.map((item, index) => (index === same ? { ...item, status: alert.status, startsAt: alert.startsAt } : item));
  return { ...run, incident: { ...incident, alerts } };
}

/** Nothing of it fires any more, as far as is known: of alerts that found no room nothing is. */
export function isResolved(run: Run): boolean {
  return run.incident !== undefined && run.incident.more === 0 && run.incident.alerts.every((alert) => alert.status === "resolved");
}

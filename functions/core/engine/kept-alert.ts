/** What a run keeps of its alerts: anybody who owns a pod writes labels, and a run must fit its record whatever they say. */
import type { Alert } from "../records/alert.ts";
import { jsonBytes } from "../records/canonical.ts";
import { ALERTS_PER_RUN } from "../records/limits.ts";
import type { Incident } from "../records/run.ts";

const LABELS = 40;
const LABEL_LENGTH = 256;
const ANNOTATIONS = 16;
const ANNOTATION_LENGTH = 512;
const NAME_LENGTH = 128;

/** All alerts of one run, in bytes of canonical JSON. */
const ALERTS_MAX_BYTES = 16 * 1024;

/** Cuts an alert to what a run keeps of it; the alerts that we know from Prometheus rules stay whole. */
export function keptAlert(alert: Alert): Alert {
  return { ...alert, labels: cutTexts(alert.labels, LABELS, LABEL_LENGTH), annotations: cutTexts(alert.annotations, ANNOTATIONS, ANNOTATION_LENGTH) };
}

function cutTexts(texts: Readonly<Record<string, string>>, entries: number, length: number): Record<string, string> {
  const named = Object.entries(texts).filter(([name]) => name.length <= NAME_LENGTH);
  return Object.fromEntries(named.slice(0, entries).map(([name, text]) => [name, text.slice(0, length)]));
}

/** Adds an alert to an incident; one that finds no room is counted. */
export function withAlert(incident: Incident, alert: Alert): Incident {
  const alerts = [...incident.alerts, keptAlert(alert)];
  const fits = alerts.length <= ALERTS_PER_RUN && jsonBytes(alerts) <= ALERTS_MAX_BYTES;
  return fits ? { ...incident, alerts } : { ...incident, more: incident.more + 1 };
}

/** The webhook body that Alertmanager sends, with every field of version 4 (recorded under `test/fixtures/alertmanager`). */
import type { FiringAlert } from "./cluster/alert-rules.ts";

export interface SentAlert extends FiringAlert {
  readonly status: "firing" | "resolved";
  /** Milliseconds since the epoch. */
  readonly startsAt: number;
  readonly endsAt?: number;
}

/** FNV-1a over the sorted labels, as Prometheus' client hashes them: the same label set has the same fingerprint for ever. */
export function fingerprint(labels: Readonly<Record<string, string>>): string {
  const text = Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}\u00ff${value}\u00ff`)
    .join("");
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, "0");
}

function common(alerts: readonly SentAlert[], field: "labels" | "annotations"): Record<string, string> {
  const [first] = alerts;
  return Object.fromEntries(Object.entries(first?.[field] ?? {}).filter(([name, value]) => alerts.every((alert) => alert[field][name] === value)));
}

/** A group of alerts as one body. */
export function alertmanagerBody(alerts: readonly SentAlert[]): Record<string, unknown> {
  const firing = alerts.some((alert) => alert.status === "firing");
  const labels = common(alerts, "labels");
  const groupLabels = { alertname: labels["alertname"] ?? "", namespace: labels["namespace"] ?? "" };
  return {
    receiver: "anchorwatch",
    status: firing ? "firing" : "resolved",
    alerts: alerts.map((alert) => ({
      status: alert.status,
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: new Date(alert.startsAt).toISOString(),
      endsAt: alert.endsAt === undefined ? "0001-01-01T00:00:00Z" : new Date(alert.endsAt).toISOString(),
      generatorURL: "http://prometheus.example:9090/graph?g0.expr=kube_pod_container_status_waiting_reason",
      fingerprint: fingerprint(alert.labels),
    })),
    groupLabels,
    commonLabels: labels,
    commonAnnotations: common(alerts, "annotations"),
    externalURL: "http://alertmanager.example:9093",
    version: "4",
    groupKey: `{}:{alertname="${groupLabels.alertname}", namespace="${groupLabels.namespace}"}`,
    truncatedAlerts: 0,
    notification_reason: firing ? "first notification" : "all alerts resolved",
    routeLabels: {},
  };
}

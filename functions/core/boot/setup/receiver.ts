/** What Alertmanager needs to reach us, for each way in which people install it; we do not own its configuration, so it is printed (design 9). */

export const ALERTMANAGER_INSTALLS = ["file", "helm", "operator"] as const;
export type AlertmanagerInstall = (typeof ALERTMANAGER_INSTALLS)[number];

/** Where the token lies for an Alertmanager that reads it from a file. */
const TOKEN_FILE = "/etc/alertmanager/secrets/anchorwatch/token";

function route(indent: string): string {
  return [
    "- receiver: anchorwatch",
    "  # Your own receivers still get everything.",
    "  continue: true",
    "  group_by: [alertname, namespace]",
    "  group_wait: 30s",
    "  group_interval: 5m",
    "  repeat_interval: 4h",
    "- receiver: anchorwatch-heartbeat",
    '  matchers: [alertname="Watchdog"]',
    "  repeat_interval: 5m",
  ]
    .map((line) => indent + line)
    .join("\n");
}

function receivers(url: string, indent: string): string {
  const webhook = [
    "  webhook_configs:",
    `    - url: ${url}`,
    "      send_resolved: true",
    "      max_alerts: 0",
    `      http_config: { authorization: { type: Bearer, credentials_file: ${TOKEN_FILE} } }`,
  ];
  return ["- name: anchorwatch", ...webhook, "- name: anchorwatch-heartbeat", ...webhook].map((line) => indent + line).join("\n");
}

const secret = (directory: string): string => `kubectl -n monitoring create secret generic anchorwatch --from-file=token=${directory}/alertmanager-token`;

/** The lines to add, and where. */
export function receiverText(install: AlertmanagerInstall, given: { address: string; secrets: string }): string {
  const url = `${given.address.replace(/\/+$/, "")}/alert-fired`;
  switch (install) {
    case "file":
      return `In alertmanager.yml, first under route.routes:\n\n${route("    ")}\n\nand under receivers:\n\n${receivers(url, "  ")}\n\nCopy ${given.secrets}/alertmanager-token to ${TOKEN_FILE}, readable by Alertmanager alone.`;
    case "helm":
      return `${secret(given.secrets)}\n\nIn the values of kube-prometheus-stack (a list there replaces the chart's, so keep yours):\n\nalertmanager:\n  alertmanagerSpec:\n    secrets: [anchorwatch]\n  config:\n    route:\n      routes:\n${route("        ")}\n    receivers:\n${receivers(url, "      ")}`;
    case "operator":
      return operatorText(url, given.secrets);
  }
}

function operatorText(url: string, directory: string): string {
  return `${secret(directory)}

apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: { name: anchorwatch, namespace: monitoring, labels: { alertmanagerConfig: anchorwatch } }
spec:
  route:
    receiver: anchorwatch
    groupBy: [alertname, namespace]
    repeatInterval: 4h
    continue: true
  receivers:
    - name: anchorwatch
      webhookConfigs:
        - url: ${url}
          sendResolved: true
          httpConfig: { authorization: { type: Bearer, credentials: { name: anchorwatch, key: token } } }

The trap: the operator adds the matcher namespace="monitoring" to every route of an AlertmanagerConfig, so alerts of other namespaces
would never arrive. In the Alertmanager resource set

  spec:
    alertmanagerConfigMatcherStrategy: { type: None }
    alertmanagerConfigSelector: { matchLabels: { alertmanagerConfig: anchorwatch } }`;
}

/** What init cannot do, because it is not the forge's API that decides it. */
export function byHand(given: { address: string }): readonly string[] {
  const { hostname } = new URL(given.address);
  return [
    `Gitea posts only to hosts that its app.ini allows, and accepts every other hook silently: set [webhook] ALLOWED_HOST_LIST = private,${hostname} and restart it.`,
    "Argo CD looks for new commits every three minutes. To have it look at once, add a hook of your own from Gitea to https://<argocd>/api/webhook with the secret webhook.gogs.secret of argocd-secret.",
  ];
}

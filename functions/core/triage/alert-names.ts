/** What alerts mean by their names: those of kube-prometheus, node-exporter, cert-manager, Argo CD and blackbox, as far as their labels alone do not say it. */

/** Alerts that fire as long as alerting works. */
const HEARTBEATS = new Set(["Watchdog", "DeadMansSwitch", "DeadMansSnitch"]);

/** Alerts that name no trouble, and why there is nothing to do. */
const NO_TROUBLE: Readonly<Record<string, string>> = {
  InfoInhibitor: "it only mutes alerts of severity info, and says nothing about the cluster",
  CPUThrottlingHigh: "a container is slowed down by its own CPU limit, and nothing is broken; raise or remove the limit if it is too slow for you",
  KubeCPUOvercommit: "nothing is broken: the CPU requests would not fit if a node failed, which is a decision about capacity",
  KubeMemoryOvercommit: "nothing is broken: the memory requests would not fit if a node failed, which is a decision about capacity",
  KubeCPUQuotaOvercommit: "nothing is broken: the quotas promise more CPU than the cluster has, which is a decision about capacity",
  KubeMemoryQuotaOvercommit: "nothing is broken: the quotas promise more memory than the cluster has, which is a decision about capacity",
  ArgoCdAppAutoSyncDisabled: "somebody turned automatic sync off for the app, which is a decision and no fault",
};

/** Alerts about the control plane or the cluster as a whole: no label names an object. */
const OF_CLUSTER: readonly RegExp[] = [
  /^KubeAPI(Down|ErrorBudgetBurn|TerminatedRequests|LatencyHigh|ErrorsHigh)$/,
  /^Kube(ClientCertificateExpiration|ClientErrors|VersionMismatch|letDown)$/,
  /^(CertManagerAbsent|CertManagerHittingRateLimits|ArgoAppMissing|ArgoCdAppMissing)$/,
  /^etcd/i,
];

/** Alerts that only say that Prometheus cannot scrape a part of the control plane. */
const CONTROL_PLANE_DOWN: Readonly<Record<string, string>> = {
  KubeSchedulerDown: "kube-scheduler",
  KubeControllerManagerDown: "kube-controller-manager",
  KubeProxyDown: "kube-proxy",
  etcdMembersDown: "etcd",
  etcdInsufficientMembers: "etcd",
};

/** What an alert's labels are about, by its name: which of them name the object, and as what. */
export type AlertFamily = "node" | "certificate" | "application" | "probe" | "api-service" | "target" | "pod" | "other";

const FAMILIES: readonly (readonly [name: RegExp, family: AlertFamily])[] = [
  [/^(KubeNode|Kubelet|Node[A-Z]|Host[A-Z])/, "node"],
  [/^Cert(Manager|ificate)/, "certificate"],
  [/^Argo(CD|Cd|App)/, "application"],
  [/^(Blackbox|Probe|SslCertificate|SSLCertificate|EndpointDown|WebsiteDown)/, "probe"],
  [/^KubeAggregatedAPI/, "api-service"],
  [/^TargetDown$/, "target"],
  [/^(KubePod|KubeContainer|Prometheus|Alertmanager|ConfigReloader|KubeStateMetrics|CoreDNS)/, "pod"],
];

/** The family of an alert. `job="blackbox"` is what people call it who write rules of their own. */
export function familyOf({ alertname = "", job = "" }: Readonly<Record<string, string>>): AlertFamily {
  return FAMILIES.find(([name]) => name.test(alertname))?.[1] ?? (/blackbox|^probe/.test(job) ? "probe" : "other");
}

/** Tells whether an alert is a sign of life. */
export function isHeartbeat(alertname: string): boolean {
  return HEARTBEATS.has(alertname);
}

/** Why an alert is no trouble anywhere; undefined where it may be some. */
export function whyNothing(alertname: string): string | undefined {
  return Object.hasOwn(NO_TROUBLE, alertname) ? NO_TROUBLE[alertname] : undefined;
}

/** Tells whether an alert is about the cluster as a whole. */
export function isOfCluster(alertname: string): boolean {
  return OF_CLUSTER.some((name) => name.test(alertname));
}

/** The part of the control plane that an alert cannot scrape; `TargetDown` names it by its job. */
export function unscrapedPart({ alertname = "", job = "" }: Readonly<Record<string, string>>): string | undefined {
  if (alertname === "TargetDown") return Object.values(CONTROL_PLANE_DOWN).find((part) => part === job || job === `kube-${part}`);
  return Object.hasOwn(CONTROL_PLANE_DOWN, alertname) ? CONTROL_PLANE_DOWN[alertname] : undefined;
}

/** What triage looks at in a cluster, and where the API serves it. */

export interface Resource {
  /** "" is the core group. */
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Only names, labels and the like are asked for: the contents are nobody's business. */
  readonly metadataOnly?: boolean;
  /** Only those whose fields say so, as the API's `fieldSelector`. */
  readonly fields?: string;
  /** Objects of one page; small where one object is large. */
  readonly page: number;
}

const PAGE = 500;

/** `plural` or `plural:Kind`; `/` stands before those without a namespace. */
const TABLE: Readonly<Record<string, string>> = {
  "": "pods:Pod /nodes:Node events:Event services:Service configmaps:ConfigMap secrets:Secret persistentvolumeclaims:PersistentVolumeClaim /persistentvolumes:PersistentVolume /namespaces:Namespace serviceaccounts:ServiceAccount resourcequotas:ResourceQuota limitranges:LimitRange replicationcontrollers:ReplicationController",
  apps: "deployments:Deployment replicasets:ReplicaSet statefulsets:StatefulSet daemonsets:DaemonSet",
  batch: "jobs:Job cronjobs:CronJob",
  autoscaling: "horizontalpodautoscalers:HorizontalPodAutoscaler",
  policy: "poddisruptionbudgets:PodDisruptionBudget",
  "networking.k8s.io": "ingresses:Ingress /ingressclasses:IngressClass networkpolicies:NetworkPolicy",
  "discovery.k8s.io": "endpointslices:EndpointSlice",
  "storage.k8s.io": "/storageclasses:StorageClass /volumeattachments:VolumeAttachment /csinodes:CSINode /csidrivers:CSIDriver",
  "scheduling.k8s.io": "/priorityclasses:PriorityClass",
  "node.k8s.io": "/runtimeclasses:RuntimeClass",
  "coordination.k8s.io": "leases:Lease",
  "certificates.k8s.io": "/certificatesigningrequests:CertificateSigningRequest",
  "admissionregistration.k8s.io": "/validatingwebhookconfigurations:ValidatingWebhookConfiguration /mutatingwebhookconfigurations:MutatingWebhookConfiguration",
  "apiregistration.k8s.io": "/apiservices:APIService",
  "apiextensions.k8s.io": "/customresourcedefinitions:CustomResourceDefinition",
  "gateway.networking.k8s.io": "/gatewayclasses:GatewayClass gateways:Gateway httproutes:HTTPRoute",
  "argoproj.io": "applications:Application applicationsets:ApplicationSet appprojects:AppProject",
  "cert-manager.io": "certificates:Certificate certificaterequests:CertificateRequest issuers:Issuer /clusterissuers:ClusterIssuer",
  "acme.cert-manager.io": "orders:Order challenges:Challenge",
  "external-secrets.io": "externalsecrets:ExternalSecret secretstores:SecretStore /clustersecretstores:ClusterSecretStore",
  "bitnami.com": "sealedsecrets:SealedSecret",
  "serving.knative.dev": "services:Service revisions:Revision configurations:Configuration routes:Route",
  "eventing.knative.dev": "triggers:Trigger brokers:Broker",
  "sources.knative.dev": "pingsources:PingSource apiserversources:ApiServerSource",
  "traefik.io": "ingressroutes:IngressRoute",
  "helm.k0sproject.io": "charts:Chart",
};

/** Objects of which one may have a megabyte. */
const LARGE = new Set(["CustomResourceDefinition", "ConfigMap", "ApplicationSet"]);

export const RESOURCES: readonly Resource[] = Object.entries(TABLE).flatMap(([group, entries]) =>
  entries.split(" ").map((entry): Resource => {
    const [plural = "", kind = ""] = entry.replace(/^\//, "").split(":");
    return {
      group,
      kind,
      plural,
      namespaced: !entry.startsWith("/"),
      page: LARGE.has(kind) ? 50 : PAGE,
      ...(kind === "Secret" && group === "" && { metadataOnly: true }),
    };
  }),
);

/** Without these, whether the cluster is healthy cannot be told at all. */
export const NEEDED: ReadonlySet<string> = new Set(["pods"]);

/** Where a resource is served: all namespaces, or one. */
export function pathOf(resource: Resource, version: string, namespace?: string): string {
  const root = resource.group === "" ? `/api/${version}` : `/apis/${resource.group}/${version}`;
  return `${root}${namespace === undefined || !resource.namespaced ? "" : `/namespaces/${encodeURIComponent(namespace)}`}/${resource.plural}`;
}

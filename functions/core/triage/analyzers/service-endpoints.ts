/** Services that nobody answers for: a selector that takes no pod, or pods of which none is ready. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { formatObject } from "../../records/fields.ts";
import { instantAt, listAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import { isOlder } from "../condition-view.ts";
import { findAt, objectsOf, wasRead } from "../find-at.ts";
import type { Analyzer, Seen } from "../finding-of.ts";
import { type Labels, labelsAt } from "../label-selector.ts";
import { describeNearest } from "../near-labels.ts";
import { type BackEnd, backEndOfService } from "../service-back-end.ts";
import type { Snapshot } from "../snapshot.ts";

/** Whoever makes a Service makes its pods within this. */
const YOUNG_MS = 2 * 60_000;

/** Services that monitoring charts make for control planes; k0s and managed clusters show no such pods, and that is no fault. */
const CONTROL_PLANE = /^(kube-(scheduler|controller-manager|proxy|apiserver|etcd)|etcd)$/;
/** Services for the second and later copies of a database have nobody to select while there is one copy. */
const REPLICA = /^(replica|replicas|standby|slave|secondary|follower|read|ro|read-only)$/i;

/** Finds Services without endpoints; where pods match but are not ready, those pods are the cause and this is its effect. */
export const findServiceEndpoints: Analyzer = findAt("", ["Service"], (service, snapshot) => {
  const backEnd = backEndOfService(snapshot, service);
  if (backEnd.state === "no-pods") return [withoutPods(service, snapshot)];
  if (backEnd.state === "no-ready-pods") return [withoutReadyPods(service, backEnd)];
  return [backEnd.state === "unknown" ? withoutEndpoints(service, snapshot) : undefined];
});

function withoutPods(service: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const selector = labelsAt(service, "spec", "selector");
  const since = instantAt(service, "metadata", "creationTimestamp");
  if ((since !== undefined && !isOlder(since, YOUNG_MS, snapshot.now)) || isMeantEmpty(service, selector)) return undefined;
  const nearest = describeNearest(snapshot, service, selector);
  return {
    category: "no-endpoints",
    message: `the Service has no endpoints: its selector ${formatLabels(selector)} matches no pod${nearest === undefined ? "" : `; ${nearest}`}`,
    evidence: [["spec.selector", formatLabels(selector)]],
    since: emptiedAt(service, snapshot) ?? since,
  };
}

/** When the controller last looked for endpoints: a selector that was broken later is no trouble since the Service was made. */
function emptiedAt(service: KubernetesObject, snapshot: Snapshot): number | undefined {
  const [slice] = slicesOf(service, snapshot);
  return instantAt(slice?.metadata.annotations, "endpoints.kubernetes.io/last-change-trigger-time");
}

/** What an operator makes is for the operator to fill. */
function isMeantEmpty(service: KubernetesObject, selector: Labels): boolean {
  const isControlPlane = service.metadata.namespace === "kube-system" && Object.values(selector).some((value) => CONTROL_PLANE.test(value));
  const isForReplicas = Object.entries(selector).some(([key, value]) => /role/i.test(key) && REPLICA.test(value));
  return isControlPlane || isForReplicas || (service.metadata.ownerReferences ?? []).length > 0;
}

function withoutReadyPods(service: KubernetesObject, { blames }: Extract<BackEnd, { state: "no-pods" | "no-ready-pods" }>): Seen | undefined {
  if (valueAt(service, "spec", "publishNotReadyAddresses") === true) return undefined;
  const selector = formatLabels(labelsAt(service, "spec", "selector"));
  return {
    category: "no-ready-endpoints",
    message: `the Service ${service.metadata.name} has no ready endpoints, as none of its pods is ready (${formatObject(blames)})`,
    evidence: [["spec.selector", selector]],
    blames,
  };
}

/** Where no pods were read, the endpoints themselves tell. */
function withoutEndpoints(service: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const selector = labelsAt(service, "spec", "selector");
  const isSelecting = Object.keys(selector).length > 0 && textAt(service, "spec", "type") !== "ExternalName";
  if (!isSelecting || isMeantEmpty(service, selector) || wasRead(snapshot, { group: "", kind: "Pod" })) return undefined;
  if (readyAddresses(service, snapshot) !== 0) return undefined;
  return {
    category: "no-endpoints",
    message: `the Service has no ready endpoints: no ready pod has the labels ${formatLabels(selector)}`,
    evidence: [["spec.selector", formatLabels(selector)]],
  };
}

function slicesOf(service: KubernetesObject, snapshot: Snapshot): readonly KubernetesObject[] {
  const { name, namespace } = service.metadata;
  return objectsOf(snapshot, { group: "discovery.k8s.io", kind: "EndpointSlice" }).filter(
    (slice) => slice.metadata.namespace === namespace && slice.metadata.labels?.["kubernetes.io/service-name"] === name,
  );
}

/** How many addresses are ready, in EndpointSlices or in the older Endpoints; undefined where neither was read for this Service. */
function readyAddresses(service: KubernetesObject, snapshot: Snapshot): number | undefined {
  const slices = slicesOf(service, snapshot);
  const [first] = slices;
  if (first) return slices.flatMap((slice) => listAt(slice, "endpoints")).filter((one) => valueAt(one, "conditions", "ready") !== false).length;
  const endpoints = snapshot.get({ ...refOf(service), kind: "Endpoints" });
  return endpoints === undefined ? undefined : listAt(endpoints, "subsets").flatMap((subset) => listAt(subset, "addresses")).length;
}

function formatLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** The endpoints of each service, as the endpoint slice controller writes them: the pods that its selector matches. */
import { hashId } from "../../records/ids.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, textAt, valueAt } from "../../records/read-object.ts";
import { uidOf } from "./rollout.ts";

/** @param changedAt when a service was last applied, ms */
export function endpointSlices(objects: readonly KubernetesObject[], changedAt: (service: KubernetesObject) => number): readonly KubernetesObject[] {
  return objects.filter((object) => object.kind === "Service").flatMap((service) => sliceOf(service, objects, changedAt(service)) ?? []);
}

function sliceOf(service: KubernetesObject, objects: readonly KubernetesObject[], changedAt: number): KubernetesObject | undefined {
  const selector = valueAt(service, "spec", "selector");
  if (selector === null || typeof selector !== "object") return undefined;
  const { name, namespace = "default", uid = "" } = service.metadata;
  const wanted = Object.entries(selector);
  const pods = objects.filter(
    ({ kind, metadata }) => kind === "Pod" && metadata.namespace === namespace && wanted.every(([key, value]) => metadata.labels?.[key] === value),
  );
  return {
    addressType: "IPv4",
    apiVersion: "discovery.k8s.io/v1",
    endpoints: pods.length === 0 ? null : pods.map(endpointOf),
    kind: "EndpointSlice",
    metadata: {
      annotations: { "endpoints.kubernetes.io/last-change-trigger-time": new Date(changedAt).toISOString() },
      labels: { "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io", "kubernetes.io/service-name": name },
      name: `${name}-${hashId("slice", uid).slice(0, 5)}`,
      namespace,
      ownerReferences: [{ apiVersion: "v1", blockOwnerDeletion: true, controller: true, kind: "Service", name, uid }],
      uid: uidOf("slice", uid),
    },
    ports: listAt(service, "spec", "ports").map((port) => ({
      name: textAt(port, "name") ?? "",
      port: valueAt(port, "targetPort") ?? valueAt(port, "port"),
      protocol: "TCP",
    })),
  };
}

function endpointOf(pod: KubernetesObject): Record<string, unknown> {
  const ready = listAt(pod, "status", "conditions").some((condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True");
  const { name, namespace, uid } = pod.metadata;
  return {
    addresses: [textAt(pod, "status", "podIP")],
    conditions: { ready, serving: ready, terminating: false },
    nodeName: textAt(pod, "spec", "nodeName"),
    targetRef: { kind: "Pod", name, namespace, uid },
  };
}

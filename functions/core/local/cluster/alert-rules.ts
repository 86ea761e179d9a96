/** What Prometheus would fire about the local cluster now: the crash loop rule of the kube-prometheus mixin. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";

export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface ContainerStatus {
  readonly name: string;
  readonly restartCount: number;
  readonly state?: { readonly waiting?: { readonly reason?: string }; readonly terminated?: { readonly exitCode?: number } };
}

/** A container that has been restarted so often, and is not running, is crash looping. */
const RESTARTS = 2;

/** Alerts that fire, one for each container, with the labels that kube-state-metrics gives. */
export function firingAlerts(objects: readonly KubernetesObject[]): readonly FiringAlert[] {
  return objects
    .filter((object) => object.kind === "Pod")
    .flatMap((pod) => {
      const status = (pod["status"] ?? {}) as { readonly containerStatuses?: readonly ContainerStatus[] };
      const looping = (status.containerStatuses ?? []).filter(
        (container) => container.restartCount >= RESTARTS && (container.state?.waiting !== undefined || container.state?.terminated !== undefined),
      );
      return looping.map((container) => crashLooping(pod, container.name));
    });
}

function crashLooping(pod: KubernetesObject, container: string): FiringAlert {
  const { name, namespace = "default", uid = "" } = pod.metadata;
  return {
    labels: {
      alertname: "KubePodCrashLooping",
      container,
      endpoint: "http",
      instance: "10.88.0.5:8080",
      job: "kube-state-metrics",
      namespace,
      pod: name,
      prometheus: "monitoring/k8s",
      reason: "CrashLoopBackOff",
      service: "kube-state-metrics",
      severity: "warning",
      uid,
    },
    annotations: {
      description: `Pod ${namespace}/${name} (${container}) is in waiting state (reason: "CrashLoopBackOff") on cluster .`,
      runbook_url: "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping",
      summary: "Pod is crash looping.",
    },
  };
}

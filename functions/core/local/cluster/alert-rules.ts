/** What Prometheus would fire about the local cluster now: rules of the kube-prometheus mixin, without their long `for`, and the one that we ship. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, numberAt, textAt, valueAt } from "../../records/read-object.ts";
import { homeAlerts } from "./home-alerts.ts";

export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A container that has been restarted so often is crash looping. */
const RESTARTS = 2;

/** Waits that `KubeContainerWaiting` is about and that stay; the rule is silent on crash loops, which have their own. */
const STUCK = new Set(["ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError"]);

const RUNBOOKS = "https://runbooks.prometheus-operator.dev/runbooks/kubernetes";

/** Labels that the scrape of kube-state-metrics leaves on everything. */
const SCRAPE = { instance: "10.88.0.5:8080", job: "kube-state-metrics", prometheus: "monitoring/k8s", severity: "warning" };

/** Alerts that fire, with the labels that kube-state-metrics gives. */
export function firingAlerts(objects: readonly KubernetesObject[]): readonly FiringAlert[] {
  const workloads = objects.flatMap((object) => {
    if (object.kind === "Pod") return listAt(object, "status", "containerStatuses").flatMap((status) => ofContainer(object, status));
    return object.kind === "EndpointSlice" && valueAt(object, "endpoints") === null ? [withoutEndpoints(object)] : [];
  });
  return [...workloads, ...homeAlerts(objects)];
}

function ofContainer(pod: KubernetesObject, status: unknown): readonly FiringAlert[] {
  const container = textAt(status, "name") ?? "";
  const waiting = textAt(status, "state", "waiting", "reason");
  if (waiting !== undefined && STUCK.has(waiting)) return [containerWaiting(pod, container, waiting)];
  // The rule looks back over five minutes, so it fires while the container runs for a moment, too.
  const isDown = waiting !== undefined || ["state", "lastState"].some((state) => valueAt(status, state, "terminated") !== undefined);
  return isDown && (numberAt(status, "restartCount") ?? 0) >= RESTARTS ? [crashLooping(pod, container)] : [];
}

function labelsOf({ metadata }: KubernetesObject, container: string): Readonly<Record<string, string>> {
  const { name, namespace = "default", uid = "" } = metadata;
  return { container, endpoint: "http", namespace, pod: name, service: "kube-state-metrics", uid, ...SCRAPE };
}

function crashLooping(pod: KubernetesObject, container: string): FiringAlert {
  const { name, namespace = "default" } = pod.metadata;
  return {
    labels: { alertname: "KubePodCrashLooping", ...labelsOf(pod, container), reason: "CrashLoopBackOff" },
    annotations: {
      description: `Pod ${namespace}/${name} (${container}) is in waiting state (reason: "CrashLoopBackOff") on cluster .`,
      runbook_url: `${RUNBOOKS}/kubepodcrashlooping`,
      summary: "Pod is crash looping.",
    },
  };
}

function containerWaiting(pod: KubernetesObject, container: string, reason: string): FiringAlert {
  const { name, namespace = "default" } = pod.metadata;
  return {
    labels: { alertname: "KubeContainerWaiting", ...labelsOf(pod, container), reason },
    annotations: {
      description: `pod/${name} in namespace ${namespace} on container ${container} has been in waiting state for longer than 1 hour. (reason: "${reason}") on cluster .`,
      runbook_url: `${RUNBOOKS}/kubecontainerwaiting`,
      summary: "Pod container waiting longer than 1 hour",
    },
  };
}

/** The rule stands in `pipelines/service-without-endpoints.yaml`: the mixin has none. */
function withoutEndpoints(slice: KubernetesObject): FiringAlert {
  const { namespace = "default", labels } = slice.metadata;
  const service = labels?.["kubernetes.io/service-name"] ?? "";
  return {
    labels: { alertname: "ServiceWithoutEndpoints", namespace, service, type: "ClusterIP", ...SCRAPE },
    annotations: {
      summary: "Service has no pod behind it.",
      description: `No pod stands behind service ${namespace}/${service}: whoever calls it gets no answer.`,
    },
  };
}

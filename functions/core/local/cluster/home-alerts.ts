/** What Prometheus would fire about nodes and jobs: the mixin's rule for nodes, without its `for`, and the rule that stands in `pipelines/finished-jobs.yaml`. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { conditionOf, textAt } from "../../records/read-object.ts";

interface HomeAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Finished jobs of a namespace that are too many. */
const MOST_JOBS = 20;

const KSM = { endpoint: "http", instance: "10.88.0.5:8080", job: "kube-state-metrics", service: "kube-state-metrics" };

/** Alerts about nodes that do not report, and about namespaces in which finished jobs pile up. */
export function homeAlerts(objects: readonly KubernetesObject[]): readonly HomeAlert[] {
  const nodes = objects.filter((object) => object.kind === "Node" && textAt(conditionOf(object, "Ready"), "status") !== "True");
  const finished = objects.filter((object) => object.kind === "Job" && textAt(conditionOf(object, "Complete"), "status") === "True");
  const perNamespace = byNamespace(finished);
  const full = [...perNamespace].filter(([, jobs]) => jobs.length > MOST_JOBS);
  return [...nodes.map(nodeNotReady), ...full.map(([namespace, jobs]) => jobsPileUp(namespace, jobs.length))];
}

function nodeNotReady({ metadata: { name } }: KubernetesObject): HomeAlert {
  return {
    labels: {
      alertname: "KubeNodeNotReady",
      condition: "Ready",
      namespace: "monitoring",
      node: name,
      prometheus: "monitoring/k8s",
      severity: "warning",
      status: "true",
      ...KSM,
    },
    annotations: {
      description: `${name} has been unready for more than 15 minutes on cluster .`,
      runbook_url: "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubenodenotready",
      summary: "Node is not ready.",
    },
  };
}

function jobsPileUp(namespace: string, count: number): HomeAlert {
  return {
    labels: { alertname: "FinishedJobsPileUp", namespace, prometheus: "monitoring/k8s", severity: "info" },
    annotations: { summary: "Finished jobs pile up.", description: `${count} finished jobs are still there in ${namespace}.` },
  };
}

function byNamespace(jobs: readonly KubernetesObject[]): ReadonlyMap<string, readonly KubernetesObject[]> {
  const namespaces = new Set(jobs.map((job) => job.metadata.namespace ?? "default"));
  return new Map([...namespaces].map((namespace) => [namespace, jobs.filter((job) => (job.metadata.namespace ?? "default") === namespace)]));
}

/** Health of an app as Argo CD judges it: a crash loop is Progressing until the rollout's deadline has passed (recorded 02). */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { Health } from "./application-status.ts";

interface DeploymentStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly replicas?: number;
}

type Judged = Pick<Health, "status">;

function judge(deployment: KubernetesObject): Judged {
  const status = (deployment["status"] ?? {}) as DeploymentStatus;
  const spec = (deployment["spec"] ?? {}) as { readonly replicas?: number };
  const wanted = spec.replicas ?? 1;
  if (status.conditions?.some((condition) => condition.type === "Progressing" && condition.reason === "ProgressDeadlineExceeded"))
    return { status: "Degraded" };
  const done = (status.updatedReplicas ?? 0) >= wanted && (status.replicas ?? 0) <= (status.updatedReplicas ?? 0) && (status.availableReplicas ?? 0) >= wanted;
  return { status: done ? "Healthy" : "Progressing" };
}

const RANK = ["Healthy", "Progressing", "Degraded", "Missing"] as const;

/** The worst of the app's workloads, as they are now. */
export function healthOf(target: readonly KubernetesObject[], live: readonly KubernetesObject[]): Omit<Health, "since"> {
  let worst: Omit<Health, "since"> = { status: "Healthy" };
  for (const object of target.filter((candidate) => candidate.kind === "Deployment")) {
    const found = live.find(
      (other) => other.kind === object.kind && other.metadata.name === object.metadata.name && other.metadata.namespace === object.metadata.namespace,
    );
    const judged: Judged = found ? judge(found) : { status: "Missing" };
    if (RANK.indexOf(judged.status) > RANK.indexOf(worst.status)) {
      worst = { status: judged.status, message: `Caused by apps/Deployment:${object.metadata.namespace ?? ""}/${object.metadata.name}` };
    }
  }
  return worst;
}

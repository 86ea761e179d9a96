/** One look at the cluster and what applies Git to it, for tools that diagnose. */
import { Refused } from "../ports/errors.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { ERROR_MAX_LENGTH } from "../records/limits.ts";
import type { ToolPorts } from "./tool.ts";

/** Everything to look at. What may not be seen is said, and never taken for healthy (safety C18). */
export async function lookAround({ cluster, gitops }: Pick<ToolPorts, "cluster" | "gitops">): Promise<readonly KubernetesObject[]> {
  try {
    const [objects, applications] = await Promise.all([cluster.snapshot(), gitops.applications()]);
    return [...objects.filter((object) => !(object.kind === "Application" && object.apiVersion.startsWith("argoproj.io/"))), ...applications];
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const status = error.status === undefined ? {} : { status: error.status };
    throw new Refused(`the cluster could not be seen, which says nothing about its health: ${error.message}`.slice(0, ERROR_MAX_LENGTH), {
      cause: error,
      ...status,
    });
  }
}

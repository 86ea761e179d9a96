/** The GitOps port on Argo CD, as its Applications tell it: one kind is listed, and the rest of the cluster left in peace. */
import { Refused } from "../../ports/errors.ts";
import type { GitOps } from "../../ports/gitops.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { ApiClient } from "./api-client.ts";
import { listResource } from "./list-resource.ts";
import { servedVersion } from "./look.ts";
import { RESOURCES } from "./resources.ts";

const APPLICATIONS = RESOURCES.filter(({ group, kind }) => group === "argoproj.io" && kind === "Application");

export function createArgoCd(api: ApiClient): GitOps {
  return {
    async applications() {
      const found: KubernetesObject[] = [];
      for (const resource of APPLICATIONS) {
        const version = await servedVersion(api, resource.group);
        if (version !== undefined) await listResource(api, { resource, version }, (object) => found.push(object)).catch(unlessUnknown);
      }
      return found;
    },
    // A refresh is an annotation on the Application, and this process may write nothing in the cluster: Argo CD looks by itself.
    refresh: () => Promise.resolve(),
  };
}

/** The group is there for Argo's other tools, too: then there are no Applications. */
function unlessUnknown(error: unknown): void {
  if (!(error instanceof Refused && error.status === 404)) throw error;
}

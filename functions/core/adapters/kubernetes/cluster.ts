/** The Cluster port on a real API server: read-only, and nothing of a Secret but its name. */
import { Refused } from "../../ports/errors.ts";
import type { Cluster } from "../../ports/cluster.ts";
import type { ObjectRef } from "../../records/fields.ts";
import { isObject } from "../../records/manifest.ts";
import { groupOf } from "../../records/read-object.ts";
import { gatherObjects } from "../offline/gather.ts";
import type { ApiClient } from "./api-client.ts";
import { lookAround, servedVersion } from "./look.ts";
import { pathOf, type Resource, RESOURCES } from "./resources.ts";
import { logsOfTroubled, readLog } from "./troubled-logs.ts";

export function createKubernetesCluster(api: ApiClient): Cluster {
  return {
    async snapshot() {
      // Redacted at this edge: whatever looks at it, and wherever that is written down, no secret of the cluster is in it (safety T23).
      const gathering = gatherObjects();
      const notSeen = await lookAround(api, {}, (object) => gathering.take(object));
      if (notSeen.length > 0) throw new Refused(`not all may be seen: ${notSeen.slice(0, 5).join("; ")}`, { status: 403 });
      for (const log of await logsOfTroubled(api, gathering.pods())) gathering.take(log);
      return gathering.finish();
    },
    async read(ref) {
      const resource = resourceOf(ref);
      const version = resource.group === "" ? "v1" : await servedVersion(api, resource.group);
      if (version === undefined) return undefined;
      try {
        const accept = resource.metadataOnly ? "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" : undefined;
        const object = await api.json(`${pathOf(resource, version, ref.namespace)}/${encodeURIComponent(ref.name)}`, accept);
        const typed = { ...Object(object), apiVersion: resource.group === "" ? version : `${resource.group}/${version}`, kind: resource.kind };
        return isObject(typed) ? typed : undefined;
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return undefined;
        throw error;
      }
    },
    logs: ({ namespace = "default", name }, { container, previous, lines }) => readLog(api, { namespace, pod: name, container, previous, lines }),
  };
}

/** @throws Refused for a kind that triage does not look at */
function resourceOf({ apiVersion, kind }: ObjectRef): Resource {
  const found = RESOURCES.find((resource) => resource.kind === kind && (apiVersion === undefined || resource.group === groupOf(apiVersion)));
  if (!found) throw new Refused(`${apiVersion ?? ""} ${kind} is no kind that is read here`);
  return found;
}

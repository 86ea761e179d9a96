/** The registry of the local world: it has what the cluster's workloads say that it has, and asks nobody. */
import type { Registry } from "../../ports/registry.ts";
import type { Schemas } from "../../ports/schemas.ts";
import { valueAt } from "../../records/read-object.ts";
import { PREFIX } from "./behaviour.ts";
import type { LocalCluster } from "./cluster.ts";

export function createLocalRegistry(cluster: Pick<LocalCluster, "applied">): Registry {
  return {
    platformsOf(image) {
      const listed = (name: string): readonly string[] =>
        cluster
          .applied()
          .flatMap((object) => String(valueAt(object, "spec", "template", "metadata", "annotations", PREFIX + name) ?? "").split(/[\s,]+/))
          .filter((one) => one !== "");
      const [has, only] = [listed("registry-has"), listed("amd64-only")];
      const repository = (one: string): string => one.slice(0, one.lastIndexOf(":"));
      if (!has.includes(image) && has.some((one) => repository(one) === repository(image))) return Promise.resolve(undefined);
      const amd64 = { os: "linux", architecture: "amd64" };
      return Promise.resolve(only.includes(image) ? [amd64] : [amd64, { os: "linux", architecture: "arm64" }]);
    },
  };
}

/** The local cluster has no definitions of its own: it reads what it understands. */
export const LOCAL_SCHEMAS: Schemas = { definitionOf: () => Promise.resolve(undefined) };

/** The cluster and the GitOps loop of a test against a real forge: the local ones, in memory. */
import { createPlainRenderer } from "../../functions/core/adapters/renderer/plain.ts";
import { createLocalCluster, type LocalCluster } from "../../functions/core/local/cluster/cluster.ts";
import { createLocalRegistry, LOCAL_SCHEMAS } from "../../functions/core/local/cluster/registry.ts";
import { createDocuments, type Documents } from "../../functions/core/local/documents.ts";
import { createGitOpsLoop, type GitOpsLoop, type GitOpsLoopOptions } from "../../functions/core/local/gitops/loop.ts";
import type { Registry } from "../../functions/core/ports/registry.ts";
import type { Renderer } from "../../functions/core/ports/renderer.ts";
import type { Schemas } from "../../functions/core/ports/schemas.ts";

export interface OpenedCluster {
  readonly documents: Documents;
  readonly cluster: LocalCluster;
  readonly renderer: Renderer;
  readonly gitops: GitOpsLoop;
  readonly registry: Registry;
  readonly schemas: Schemas;
}

export function openLocalCluster(given: Omit<GitOpsLoopOptions, "documents" | "cluster" | "renderer">): OpenedCluster {
  const documents = createDocuments(":memory:");
  const cluster = createLocalCluster({ documents, clock: given.clock, minuteMs: given.minuteMs });
  const renderer = createPlainRenderer();
  return {
    documents,
    cluster,
    renderer,
    registry: createLocalRegistry(cluster),
    schemas: LOCAL_SCHEMAS,
    gitops: createGitOpsLoop({ ...given, documents, cluster, renderer }),
  };
}

/** What planning asks for: Git to read, a renderer, the apps that apply paths, and what a change is checked against. Nothing to write with. */
import type { AppOfPath } from "../building/app-of-path.ts";
import type { Cluster } from "../ports/cluster.ts";
import type { Git } from "../ports/git.ts";
import type { Registry } from "../ports/registry.ts";
import type { Renderer } from "../ports/renderer.ts";
import type { Schemas } from "../ports/schemas.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { WatchedRepository } from "../shell/watched-repository.ts";
import type { Shell } from "../shell/shell.ts";

/** What a change is held against before it is proposed; all of it is read, and any of it may not answer. */
export interface CheckPorts {
  readonly cluster: Pick<Cluster, "snapshot">;
  readonly registry: Registry;
  readonly schemas: Schemas;
}

export interface PlanningDeps extends CheckPorts {
  readonly shell: Shell;
  readonly git: Git;
  readonly renderer: Renderer;
  /** Apps that apply paths of a repository. @throws Unavailable */
  readonly appsOf: (repository: RepositoryRef) => Promise<readonly AppOfPath[]>;
  readonly repositories: readonly WatchedRepository[];
}

/** What planning asks for: Git to read, a renderer, the apps that apply paths. No cluster, nothing to write with. */
import type { Git } from "../ports/git.ts";
import type { Renderer } from "../ports/renderer.ts";
import type { SourceOptions } from "../records/app-source.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { Shell } from "../shell/shell.ts";

/** An app of the GitOps tool, as far as planning needs it. */
export interface AppOfPath {
  readonly name: string;
  readonly namespace: string;
  readonly path: string;
  /** Where its objects go when they name no namespace. */
  readonly targetNamespace?: string;
  /** What the Application says of how the path is built. */
  readonly options?: SourceOptions;
}

export interface PlanningDeps {
  readonly shell: Shell;
  readonly git: Git;
  readonly renderer: Renderer;
  /** Apps that apply paths of a repository. @throws Unavailable */
  readonly appsOf: (repository: RepositoryRef) => Promise<readonly AppOfPath[]>;
}

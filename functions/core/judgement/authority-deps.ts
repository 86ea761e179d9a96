/** What the judging of a merge asks for. */
import type { Forge } from "../ports/forge.ts";
import type { Git } from "../ports/git.ts";
import type { Shell } from "../shell/shell.ts";

export interface MergeAuthorityDeps {
  readonly shell: Shell;
  /** The merge user. */
  readonly forge: Forge;
  /** The token that may ask for permissions. */
  readonly permissions: Forge;
  readonly git: Git;
  readonly ourUserIds: readonly number[];
}

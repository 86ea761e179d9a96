/** What the judging of a statement asks for. */
import type { Forge } from "../ports/forge.ts";
import type { Git } from "../ports/git.ts";
import type { Store } from "../ports/store.ts";

export interface JudgementDeps {
  readonly store: Store;
  /** With the token that may ask for permissions. */
  readonly forge: Forge;
  readonly git: Git;
  /** Numeric ids of all our users: their words never count. */
  readonly ourUserIds: readonly number[];
  readonly now: number;
  readonly minuteMs: number;
}

/** Everything that `decide` can be told: facts of the ingress functions, and what effect functions bring back. */
import type { Alert } from "../records/alert.ts";
import type { PlannedSchema } from "../records/change.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { Thread } from "../records/run.ts";
import type * as z from "zod";

/** What somebody outside did. */
export type Fact =
  | { readonly fact: "alerts"; readonly alerts: readonly Alert[] }
  /** `whilePaused`: it moves the kill switch, so it is judged while that stands on. */
  | { readonly fact: "statement"; readonly approval: string; readonly whilePaused?: boolean }
  /** Something happened at a pull request: its look is due now. */
  | { readonly fact: "pull-request-news"; readonly repository: RepositoryRef; readonly pullRequest: number }
  | { readonly fact: "push" }
  /** What the standing look saw of the trouble of an ended run. */
  | { readonly fact: "watched"; readonly gone: boolean }
  /** Something is worth the standing look now. */
  | { readonly fact: "look" }
  | { readonly fact: "stop"; readonly by: string };

export type Planned = z.infer<typeof PlannedSchema>;

/** What a look at Argo CD, the finding and the alert saw (design 8.7). */
export interface Observation {
  readonly applied: boolean;
  /** Why it is not applied yet: a sync window, manual sync. Then the deadline waits, too. */
  readonly waitingFor?: string;
  readonly finding: "present" | "gone" | "unknown";
  /** What else of this app is worse than before, in words. */
  readonly worse: readonly string[];
  readonly settled: boolean;
  /** One sentence: what was seen. */
  readonly words: string;
}

/** What a look at an open pull request saw. */
export interface PullSeen {
  readonly state: "open" | "closed" | "merged";
  readonly head: string;
  readonly baseRef: string;
  readonly mergeCommit?: string;
  readonly mergedBy?: string;
  readonly mergedAt?: number;
  /** Reviews that have no statement yet. */
  readonly reviews: readonly number[];
  /** Commands whose delivery was lost: ids of comments, each to be answered with a question. */
  readonly lostComments: readonly number[];
}

/** How a statement was judged. */
export type Verdict =
  | { readonly verdict: "counts"; readonly approval: string; readonly head: string; readonly keep: boolean }
  | { readonly verdict: "waits"; readonly approval: string; readonly missing: string }
  | { readonly verdict: "refused"; readonly words: string }
  | { readonly verdict: "rejected"; readonly by: string; readonly words: string }
  | { readonly verdict: "keep" }
  | { readonly verdict: "explain" }
  | { readonly verdict: "help"; readonly words: string }
  /** Said by ourselves or another bot: no answer, so that two bots cannot talk for ever. */
  | { readonly verdict: "ignored" }
  | { readonly verdict: "stop"; readonly by: string }
  /** The run that waits for this command may begin. */
  | { readonly verdict: "begin" }
  /** A new attempt has begun, as a run of its own. */
  | { readonly verdict: "attempt"; readonly by: string }
  /** A run of its own proposes not to speak of it any more: `words` say until when, and why. */
  | { readonly verdict: "ignore"; readonly by: string; readonly words: string }
  /** The kill switch was moved: how it stands now, in words. */
  | { readonly verdict: "paused" | "resumed"; readonly words: string };

/** What an effect function brings back. `comment` is the one to react to, `on` the thread where it stands, `statement` its record. */
export type Result =
  | { readonly result: "woken" }
  | { readonly result: "tool"; readonly output: Readonly<Record<string, unknown>>; readonly record: string }
  /** It has looked, and has to look again: what it waits for, in words. */
  | { readonly result: "tool-waits"; readonly words: string }
  /** Done directly in the cluster, by the Action record. */
  | { readonly result: "acted"; readonly words: string; readonly record: string }
  /** Nothing was done: why, and what a person would run. */
  | { readonly result: "advised"; readonly words: string; readonly command?: string }
  | { readonly result: "planned"; readonly planned: Planned; readonly head?: string }
  | { readonly result: "plan-refused"; readonly words: string }
  | { readonly result: "proposed"; readonly pullRequest: number; readonly head: string }
  /** `thread`: where the other run talks to people. */
  | { readonly result: "held"; readonly by: string; readonly thread?: Thread }
  /** The very same was proposed before and came to nothing: why, and where people talked about it. */
  | { readonly result: "not-again"; readonly words: string; readonly thread?: Thread }
  | { readonly result: "replan"; readonly words: string }
  | { readonly result: "head-moved"; readonly head: string; readonly pullRequest?: number }
  | { readonly result: "pull-closed" }
  | { readonly result: "pull-seen"; readonly seen: PullSeen }
  | { readonly result: "surveyed" }
  | { readonly result: "looked" }
  /** `drift`: what was merged is not what was approved, because the base moved in the last moment; in words. */
  | { readonly result: "merged"; readonly commit: string; readonly by: string; readonly at: number; readonly drift?: string }
  | { readonly result: "base-moved"; readonly base: string }
  | { readonly result: "conflicted"; readonly words: string }
  | { readonly result: "blocked"; readonly words: string }
  | { readonly result: "not-approved"; readonly words: string }
  | { readonly result: "observed"; readonly observation: Observation }
  | { readonly result: "said"; readonly thread?: Thread }
  | {
      readonly result: "judged";
      readonly verdict: Verdict;
      readonly change?: number;
      readonly comment?: number;
      readonly on?: number;
      /** The repository of `comment` and `on`. */
      readonly repository?: RepositoryRef;
      readonly statement?: string;
    }
  | { readonly result: "catalog-loaded" };

/** How an effect ended, where it has no result: the shell's three ways to fail. */
export type Failure =
  | { readonly failure: "terminal"; readonly error: string }
  | { readonly failure: "retry"; readonly error: string; readonly afterMinutes?: number }
  | { readonly failure: "crash"; readonly error: string };

/** What a judgement looks at and what it can come to (design 8.6). */
import type { Approval, UserRef } from "../records/approval.ts";
import type { Plan } from "../records/plan.ts";
import type { ApprovalPolicy, PersonName } from "./approvers.ts";
import { type RefusalCode, refusalReply } from "./replies.ts";
import type { Showing } from "./showings.ts";
import type { ReviewView, Standing } from "./standing.ts";

/** The pull request as it is now; one of the forge fits as it is. */
export interface PullView {
  readonly state: "open" | "closed";
  readonly merged: boolean;
  readonly draft: boolean;
  readonly author: { readonly id: number };
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string; readonly sha: string };
}

/** A plan of the head that was approved, read from the store. */
export type PlanView = Pick<Plan, "digest" | "tier" | "effects" | "files" | "baseRef">;

/** What the forge said about the author's rights: asked by login, so the id that answers is compared. `undefined`: unknown user. */
export type LivePermission = { readonly permission: string; readonly user: UserRef } | undefined | "unavailable";

/** A yes of another person that was judged and counts, or waits only for more people. */
export interface OtherYes {
  readonly user: number;
  readonly head: string;
  readonly digest: string;
}

export interface JudgementInput {
  readonly approval: Approval;
  /** undefined where the thread is an issue. */
  readonly pull: PullView | undefined | "unavailable";
  /** The pull request is known by repository id, number, branch and our author. */
  readonly isOurs: boolean;
  /** The comment or review as it is on the forge now. */
  readonly standing: Standing;
  readonly showings: readonly Showing[];
  readonly plans: readonly PlanView[];
  readonly permission: LivePermission;
  readonly policy: ApprovalPolicy;
  readonly codeOwners?: readonly PersonName[] | undefined;
  /** Teams that the author is a member of, as the policy spells them. */
  readonly teams?: readonly string[] | undefined;
  /** Teams of the policy that the forge tells nothing about: they admit nobody, and that is said. */
  readonly hiddenTeams?: readonly string[] | undefined;
  /** People who may write, our users and bots left out: asked for where the author started the run. */
  readonly writers?: readonly UserRef[] | undefined;
  readonly ourUserIds: readonly number[];
  /** Numeric id of the person who started the run, if one did. */
  readonly triggeredBy?: number | undefined;
  readonly otherApprovals: readonly OtherYes[];
  /** Reviews that ask for changes, from `changesRequestedBy`. */
  readonly changesRequested: readonly ReviewView[];
  /** How long a yes is good for, in ms. */
  readonly validForMs: number;
  readonly now: number;
}

export type Verdict =
  /** The yes counts. `keep`: the change is not taken back by itself. */
  | { readonly verdict: "counts"; readonly digest: string; readonly head: string; readonly keep: boolean }
  /** The yes is good, but more is needed. */
  | { readonly verdict: "waits"; readonly digest: string; readonly head: string; readonly keep: boolean; readonly missing: string }
  /** Said after the merge: only the taking back is turned off. */
  | { readonly verdict: "keep" }
  | { readonly verdict: "reject" | "stop"; readonly words: string }
  /** A question: it is answered, and moves nothing. */
  | { readonly verdict: "explain" }
  | { readonly verdict: "help"; readonly words: string }
  | { readonly verdict: "refused"; readonly code: RefusalCode; readonly reply: string }
  /** Said by ourselves or by another bot: no answer, so that two bots cannot talk for ever. */
  | { readonly verdict: "ignored"; readonly code: "ours" | "bot" }
  /** The forge gave no answer: judge again later, allow nothing now. */
  | { readonly verdict: "retry"; readonly because: string };

/** How long a yes is good for unless the caller says otherwise (safety T13). */
export const APPROVAL_VALID_MS = 24 * 60 * 60 * 1000;

/** Refuses with the words for that reason. */
export function refuse(code: RefusalCode, input: JudgementInput): Verdict {
  const pull = typeof input.pull === "object" ? input.pull : undefined;
  return {
    verdict: "refused",
    code,
    reply: refusalReply(code, { approval: input.approval, head: pull?.head.sha, base: pull?.base.ref, teams: input.hiddenTeams }),
  };
}

/** Nothing is decided while the forge does not answer. */
export function retry(because: string): Verdict {
  return { verdict: "retry", because };
}

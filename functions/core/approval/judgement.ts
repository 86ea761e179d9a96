/** What a judgement looks at and what it can come to (design 8.6). */
import type { Approval, UserRef } from "../records/approval.ts";
import type { Plan } from "../records/plan.ts";
import type { ApprovalPolicy, PersonName } from "./approvers.ts";
import type { Usage } from "./commands.ts";
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

/** The run on whose thread it was said, as far as a command asks for it. */
export interface RunView {
  /** For people, at work on something that is not to be cut off, or over. */
  readonly stands: "waits" | "works" | "over";
  /** Another run works on the same trouble by now. */
  readonly isFollowed: boolean;
  /** It is about an alert whose labels are known. */
  readonly hasAlert: boolean;
  /** What it began from is known, so that it can begin again. */
  readonly canBegin: boolean;
}

/** What a workflow file says of its command, and what its words came to. */
export interface AskedView {
  /** The least permission that it takes. */
  readonly permission: "write" | "admin" | "owner";
  readonly usage: string;
  /** Why the words do not fit its inputs, or the place does not, in words. */
  readonly problem: string | undefined;
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
  /** undefined where it is gone. */
  readonly run?: RunView | undefined;
  /** For a command of a workflow file. */
  readonly asked?: AskedView | undefined;
  /** Commands that workflow files bring now, for the help. */
  readonly ofWorkflows?: readonly Usage[] | undefined;
  /** Paths whose approvers may move the kill switch: those of the change, else that of the policy. */
  readonly switchPaths?: readonly string[] | undefined;
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
  /** A new attempt is asked for. It says yes to nothing. */
  | { readonly verdict: "attempt"; readonly words: string }
  /** Not to be spoken of for so long: to be proposed, never done by itself. */
  | { readonly verdict: "ignore"; readonly forMs: number; readonly reason: string }
  /** Without `forMs` until somebody resumes. */
  | { readonly verdict: "pause"; readonly forMs?: number }
  | { readonly verdict: "resume" }
  /** A workflow's own command: its run may begin. */
  | { readonly verdict: "begin" }
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
export function refuse(code: RefusalCode, input: JudgementInput): Extract<Verdict, { verdict: "refused" }> {
  const pull = typeof input.pull === "object" ? input.pull : undefined;
  return {
    verdict: "refused",
    code,
    reply: refusalReply(code, {
      approval: input.approval,
      head: pull?.head.sha,
      base: pull?.base.ref,
      teams: input.hiddenTeams,
      ofWorkflows: input.ofWorkflows,
      asked: input.asked,
    }),
  };
}

/** Nothing is decided while the forge does not answer. */
export function retry(because: string): Verdict {
  return { verdict: "retry", because };
}

/** Why a statement was refused: a stable code for each reason, and the words that a person reads. Said once, politely, with what to do next. */
import type { Approval } from "../records/approval.ts";
import { commandList, type Usage } from "./commands.ts";

export type RefusalCode =
  | "several-commands"
  | "unknown-command"
  | "no-permission"
  | "other-account"
  | "not-approver"
  | "team-hidden"
  | "started-it"
  | "no-pull-request"
  | "not-ours"
  | "merged"
  | "closed"
  | "draft"
  | "forbidden"
  | "no-head"
  | "old-head"
  | "wrong-commit"
  | "needs-commit"
  | "base-changed"
  | "not-shown"
  | "unknown-plan"
  | "expired"
  | "edited"
  | "gone"
  | "review-dismissed"
  | "review-stale"
  | "review-unofficial"
  | "review-text"
  | "no-approval"
  | "run-gone"
  | "followed"
  | "at-work"
  | "no-alert"
  | "ignore-words"
  | "pause-words"
  | "not-switcher"
  | "too-many"
  | "command-permission"
  | "command-words";

/** Runs that one person can have started by commands within one hour. */
export const ASKED_PER_HOUR = 6;

/** What a reply may name. */
export interface ReplyFacts {
  readonly approval: Approval;
  /** The head that stands now. */
  readonly head?: string | undefined;
  /** The base branch that stands now. */
  readonly base?: string | undefined;
  /** Teams that the forge tells nothing about. */
  readonly teams?: readonly string[] | undefined;
  /** Commands that workflow files bring. */
  readonly ofWorkflows?: readonly Usage[] | undefined;
  /** What a workflow file says of the command that was said. */
  readonly asked?: { readonly permission: string; readonly usage: string; readonly problem: string | undefined } | undefined;
}

/** Twelve digits tell a commit apart and are the least that `/approve <commit>` takes. */
function short(commit: string | undefined): string {
  return commit === undefined ? "the newest commit" : `\`${commit.slice(0, 12)}\``;
}

/** A name or word of somebody else, reduced to letters that cannot be Markdown or a mention. */
function plain(text: string): string {
  return text.replace(/[^\w .,/-]/g, "").slice(0, 80);
}

const DEEDS: Readonly<Record<Approval["verb"], string>> = {
  approve: "approve a change",
  reject: "reject a change",
  stop: "stop a run",
  explain: "give me commands",
  help: "give me commands",
  retry: "start a new attempt",
  ignore: "have something ignored",
  pause: "pause me",
  resume: "let me go on",
  command: "start a workflow",
  unknown: "give me commands",
};

function deed(approval: Approval): string {
  return DEEDS[approval.verb];
}

type Words = (facts: ReplyFacts) => string;

const WORDS: Readonly<Record<RefusalCode, Words>> = {
  "several-commands": () =>
    "there was more than one line that begins with `/`, so I did nothing. Please write one command, alone, as the first line of a new comment.",
  "unknown-command": ({ approval, ofWorkflows }) =>
    `I do not understand \`${plain(approval.argument)}\`, so I did nothing. As the first line of a new comment I take ${commandList(ofWorkflows)}.`,
  "no-permission": ({ approval }) => `you need write permission on this repository to ${deed(approval)}, so I did nothing.`,
  "other-account": () => "the account that has your name now is not the one that wrote this, so I did nothing.",
  "not-approver": () => "the policy names other people as the approvers of these files, so your approval does not count. One of them has to say `/approve`.",
  "team-hidden": ({ teams = [] }) =>
    `the forge does not tell me who is in ${teams.map((team) => `\`${plain(team)}\``).join(", ")}, so I cannot count your approval. Somebody whom the policy names can approve, or a person can merge this by hand. My permission user has to be in that team.`,
  "started-it": () => "you started this run, so somebody else has to approve its change. `allowSelf` in the policy would let you.",
  "no-pull-request": () => "there is no pull request here, so there is nothing to approve.",
  "not-ours": ({ approval }) =>
    approval.verb === "approve"
      ? "this pull request is not one of mine, so `/approve` does nothing here. Please merge it by hand."
      : "this pull request is not one of mine, so I did nothing.",
  merged: () => "this pull request is merged already. To undo it, please revert the merge in Git.",
  closed: () => "this pull request is closed, so I did nothing.",
  draft: () => "this pull request is a draft. Please mark it as ready, then say `/approve` again.",
  forbidden: () => "this change is of the tier that I never merge, whoever approves it. If you want it, please merge the pull request by hand.",
  "no-head": ({ head }) => `I could not see which commit you were looking at. Please say \`/approve ${head ?? "<commit>"}\`.`,
  "old-head": ({ approval, head }) =>
    `your approval is for ${short(approval.head)}, but the pull request is at ${short(head)} now. Please read the plan for that commit, then say \`/approve\` again.`,
  "wrong-commit": ({ approval, head }) =>
    `you approved \`${plain(approval.argument)}\`, but the pull request is at ${short(head)}. Please read the plan for that commit, then say \`/approve ${head?.slice(0, 12) ?? "<commit>"}\`.`,
  "needs-commit": ({ head }) =>
    `this change can lose data or stop a node, so a bare \`/approve\` is not enough. If you are sure, say \`/approve ${head?.slice(0, 12) ?? "<commit>"}\`.`,
  "base-changed": ({ base }) =>
    `the pull request goes into another branch now${base === undefined ? "" : ` (\`${plain(base)}\`)`} than the one that the approved plan is for, so I did nothing.`,
  "not-shown": ({ head }) => `I had not shown the plan for ${short(head)} yet when you approved. Please read it, then say \`/approve\` again.`,
  "unknown-plan": ({ head }) => `I cannot find the plan that you approved for ${short(head)} in my records, so I did nothing. You can still merge it by hand.`,
  expired: () => "your approval has expired before it could be used. Please say `/approve` again.",
  edited: () => "your comment was edited after it was posted, so it does not count. Please say it again in a new comment.",
  gone: () => "your statement was deleted, so it does not count.",
  "review-dismissed": () => "your review was dismissed, so it does not count.",
  "review-stale": ({ head }) =>
    `your review is for an older commit, but the pull request is at ${short(head)} now. Please read the plan for that commit, then approve again.`,
  "review-unofficial": () => "your review is not one that this repository counts: you need write permission.",
  "review-text": () => "a command in the text of a review does nothing. Please press `Approve` there, or write the command as a new comment.",
  "no-approval": () => "your review does not approve any more, so I did nothing.",
  "run-gone": () => "the run of this thread is not in my records any more, so I did nothing. The next alert starts a new one.",
  followed: () => "a newer run works on the same trouble by now, so I did nothing here. Please say it on its thread.",
  "at-work": () => "I am still at work on this, so there is nothing to try again yet. I say here what comes of it; `/stop` ends it.",
  "no-alert": () =>
    "this is not about an alert, or I do not know its labels any more, so I cannot say what to ignore. You can write the rule by hand, into `.anchorwatch/ignore.yaml`.",
  "ignore-words": () => "please say for how long, and why: `/ignore 30d <reason>`. I take `1h` to `365d`, and did nothing so far.",
  "pause-words": () => "**nothing is paused.** Please say `/pause` alone, or for how long: `/pause 2h`. I take `1m` to `24h`.",
  "not-switcher": () => "only those who may approve here may pause me or let me go on, so I did nothing. `/stop` ends this run alone.",
  "too-many": () => `I have started ${ASKED_PER_HOUR} runs for you within this hour, and start no more before it is over. Please say it again then.`,
  "command-permission": ({ asked }) => `this workflow asks for ${asked?.permission ?? "another"} permission on this repository, so I did nothing.`,
  "command-words": ({ asked }) => `${asked?.problem ?? "I do not understand these words"}, so I did nothing. It is written \`${asked?.usage ?? "/help"}\`.`,
};

/** The reply to a refused statement, addressed to its author without a mention. */
export function refusalReply(code: RefusalCode, facts: ReplyFacts): string {
  return `${plain(facts.approval.author.login)}: ${WORDS[code](facts)}`;
}

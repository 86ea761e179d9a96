/** What each notice says: the beginning of its title, and its sentences. */
import type { Say } from "./say.ts";
import type { Change } from "../records/change.ts";
import { formatDuration } from "./duration.ts";
import { inlineCode, oneLine, prose } from "./harmless.ts";

/** What a notice is made of: the change, what to add, and what the change is about. */
export interface Facts {
  readonly change: Change | undefined;
  readonly words: string;
  readonly head: string;
  readonly base: string;
}

const again = "I do not propose it again until the evidence changes.";

function opened({ change }: Facts): string {
  if (change?.planned?.tier === "forbidden") return "This waits for a person. I never merge a change of this tier: if you want it, please merge it by hand.";
  return "This waits for a person. The description says what changes and how to approve it. If the trouble goes away first, I close this and change nothing.";
}

function mergedWords(change: Change | undefined): string {
  const commit = change?.mergeCommit === undefined ? "" : ` as ${inlineCode(change.mergeCommit.slice(0, 12))}`;
  const by = change?.mergedBy === undefined ? "" : ` by ${prose(change.mergedBy, 80)}`;
  return `Merged${commit}${by}.`;
}

function merged({ change }: Facts): string {
  if (change?.inverseOf !== undefined) return `${mergedWords(change)} When Argo CD has applied it, all is as it was before my change.`;
  return `${mergedWords(change)} When Argo CD has applied it, I look whether the trouble is gone.`;
}

/** An open pull request is closed by it; one that is over, and an issue, stay as they are. */
function attemptingAnew({ change }: Facts): string {
  const close = change?.state === "superseded" ? "I close this without a change, and look" : "I look";
  return `${close} again from the beginning. If I find a fix, it comes in a new pull request, which needs its own yes; if I find none, I say so here.`;
}

function ignoring({ change }: Facts): string {
  const close = change?.state === "rejected" ? "I close this without a change. " : "";
  return `${close}Not to speak of it any more is what I propose in a pull request of its own; it holds once a person has merged that.`;
}

function verified({ change }: Facts): string {
  const { mergedAt, appliedAt } = change ?? {};
  const applied =
    mergedAt !== undefined && appliedAt !== undefined && appliedAt >= mergedAt
      ? ` Argo CD had it applied ${formatDuration(appliedAt - mergedAt)} after the merge.`
      : "";
  return `It worked: the trouble is gone, and nothing of this app got worse.${applied}`;
}

const STANDS: Readonly<Record<Change["state"], string>> = {
  planning: "I am planning this change.",
  shown: "This is only shown: the policy says observe, so I propose nothing.",
  planned: "I have planned this change and am opening its pull request.",
  proposed: "This waits for a person to say yes or no.",
  waiting: "This is approved, and waits for what is missing.",
  approved: "This is approved, and I am merging it.",
  "head-moved": "The branch has a commit that I am planning; then I ask again.",
  conflicted: "This cannot be merged as it is, and waits for a person.",
  merged: "This is merged, and I wait for Argo CD to apply it.",
  applied: "This is applied, and I watch whether the trouble goes away.",
  verified: "This worked, and is done.",
  "not-proven": "This has ended: I could not see whether it works.",
  "taken-back": "This was taken back.",
  rejected: "This was rejected.",
  superseded: "This has ended: another change is at work on the same lines.",
  healed: "This has ended: the trouble went away by itself.",
  expired: "This has ended: nobody answered in time.",
  closed: "This was closed by hand.",
  failed: "This has ended: I could not go on with it.",
};

function standing(change: Change | undefined): string {
  return change === undefined ? "I have proposed no change here." : STANDS[change.state];
}

type Words = (facts: Facts) => string;

/** The only mention that we ever write: people whom the policy names. */
function called({ change }: Facts): string {
  const names = (change?.planned?.approvers ?? []).map((login) => `@${login}`).join(" ");
  return `${names === "" ? "This" : `${names}: this`} has waited for days. Please approve it, or end it with \`/reject\`; without an answer I close it two weeks after I opened it, and change nothing.`;
}

function forgeDown({ change }: Facts): string {
  const title = change?.planned?.title === undefined ? "" : ` It is this: ${oneLine(change.planned.title)}.`;
  return `I have a fix to propose, and the forge does not take it. I go on trying.${title}`;
}

/** For each notice the beginning of its title, and its text before the added words. */
export const NOTICES: Readonly<Record<Say, readonly [title: string, text: Words]>> = {
  opened: ["Waits for you", opened],
  approved: ["Approved", ({ head }) => `The approval counts. I merge exactly ${head} now.`],
  waiting: ["Approved, and waiting", () => "The approval counts, and I merge as soon as nothing is missing."],
  refused: ["Nothing was done", () => "I did nothing."],
  "ask-again": [
    "Please approve again",
    () => "I merged nothing: what would be merged now is not what was approved. Please read the plan and approve it again.",
  ],
  "head-moved": [
    "New commit on the branch",
    ({ head }) => `The branch is at ${head} now, so what was approved before does not count any more. I plan it again and show the plan here.`,
  ],
  conflicted: ["Conflict", ({ base }) => `This cannot be merged: it conflicts with ${base}. Please resolve that on this branch, or close the pull request.`],
  merged: ["Merged", merged],
  verified: ["Verified", verified],
  "not-proven": ["Not proven", () => "I could not see whether this change works, so I reverted nothing. Please have a look."],
  "taking-back": ["Taking back", () => "The change did not help, or something of this app got worse. I am taking it back."],
  "taken-back": ["Taken back", () => "The change is taken back, and the files are as they were before it. The trouble needs a person now."],
  healed: ["Healed by itself", () => "The trouble went away before this was merged. I close this; nothing was changed."],
  expired: [
    "Expired",
    () => "Nobody approved this in time, so I close it; nothing was changed. If the trouble is still there, the next alert opens a new one.",
  ],
  superseded: ["Superseded", () => "Another change is already at work on this, so I do not go on with mine."],
  rejected: ["Rejected", () => `I close this; nothing was changed. ${again}`],
  closed: ["Closed by hand", () => `This was closed by hand; nothing was changed. ${again}`],
  stopped: ["Stopped", () => "Stopped, as you asked. This run does nothing more."],
  failed: ["Failed", () => "I could not go on with this, and it needs a person."],
  "no-fix": ["No fix from me", () => "I found no fix that I can propose, and changed nothing. This needs a person."],
  watching: ["I wait and watch", () => "This should pass by itself. I change nothing, look again until it has, and say so then."],
  "lost-comment": [
    "Please say it again",
    () =>
      "A comment here reached me too late, and I cannot be sure whose words it has now, so I did nothing. Please say it again in a new comment, or use the review button.",
  ],
  "plan-shown": ["Plan", () => "I planned this change again."],
  help: ["Commands", () => "These are my commands."],
  explained: ["Where this stands", ({ change }) => standing(change)],
  reminded: [
    "Still waits for you",
    () => "This still waits for a person, and nothing is changed before somebody says yes. Comment `/reject` if it is not wanted.",
  ],
  called: ["Waits for days", called],
  "forge-down": ["The forge does not answer", forgeDown],
  recovered: ["Recovered by itself", () => "The trouble went away by itself, and nothing was changed. There is nothing left to do."],
  over: ["It is over", () => "The trouble is gone, so I close this. There is nothing left to do."],
  evidence: ["More evidence", () => "Another alert fires for what this is about. I count it in here, and start nothing else for it."],
  "not-again": ["Not again", () => "It has come back, and I know no other fix than the one from before, so I propose nothing until the evidence changes."],
  shown: ["Seen, and not proposed", () => "The policy's mode is `observe`, so I propose nothing. This is what I would change."],
  "merging-myself": [
    "Merging it myself",
    () => "This is safe by the policy, and its mode is `act`, so I merge it without asking. To stop me, close the pull request or comment `/stop`.",
  ],
  acted: ["Done", () => "I acted directly in the cluster, and changed nothing in Git. Now I look whether it helps."],
  report: ["Cluster health", () => "The report is made anew."],
  advised: ["This is for you", () => "I did nothing directly in the cluster."],
  "attempting-anew": ["A new attempt", attemptingAnew],
  ignoring: ["To be ignored", ignoring],
  ignored: ["Ignored", ({ change }) => `${mergedWords(change)} I do not speak of it any more.`],
  paused: ["Paused", () => "Everything is paused."],
  resumed: ["Going on", () => "I go on."],
  finished: ["Done", () => "The workflow has run to its end."],
};

/** Judges what neither approves nor ends anything: a new attempt, what is not to be heard of, the kill switch, a workflow's own command (design 8.6). */
import { isApprover } from "./approvers.ts";
import { parseIgnoreWords, parsePauseWords } from "./command-words.ts";
import { type JudgementInput, type RunView, type Verdict, refuse, retry } from "./judgement.ts";

const RANK: Readonly<Record<string, number>> = { write: 1, admin: 2, owner: 3 };

/** The words are as they were said, on a thread of ours. An edit makes them somebody else's (safety A14-A16). */
function judgePlace(input: JudgementInput): Verdict | undefined {
  const { pull, standing } = input;
  if (pull === "unavailable" || standing === "unavailable") return retry("the forge did not show the statement");
  if (standing !== "stands") return refuse(standing === "gone" ? "gone" : "edited", input);
  const isForeign = pull !== undefined && (!input.isOurs || !input.ourUserIds.includes(pull.author.id));
  return isForeign ? refuse("not-ours", input) : undefined;
}

function judgeRun(input: JudgementInput, run: RunView | undefined): Verdict | undefined {
  if (!run) return refuse("run-gone", input);
  return run.isFollowed ? refuse("followed", input) : undefined;
}

/** What waits for people, and what is over, may be tried again: a refused or a closed change too. What is under way is not cut off. */
export function judgeAttempt(input: JudgementInput): Verdict {
  const refused = judgePlace(input) ?? judgeRun(input, input.run);
  if (refused) return refused;
  if (input.run?.canBegin !== true) return refuse("run-gone", input);
  return input.run.stands === "works" ? refuse("at-work", input) : { verdict: "attempt", words: input.approval.argument };
}

export function judgeIgnore(input: JudgementInput): Verdict {
  const refused = judgePlace(input) ?? judgeRun(input, input.run);
  if (refused) return refused;
  if (input.run?.hasAlert !== true) return refuse("no-alert", input);
  const words = parseIgnoreWords(input.approval.argument);
  return words ? { verdict: "ignore", ...words } : refuse("ignore-words", input);
}

/** Who may say yes here may stop everything, and let it go on. */
export function judgeSwitch(input: JudgementInput): Verdict {
  const refused = judgePlace(input);
  if (refused) return refused;
  const { approval, permission, policy, codeOwners } = input;
  const user = typeof permission === "object" ? permission.user : approval.author;
  const mayMove = isApprover({ user, teams: input.teams ?? [] }, { policy, codeOwners, paths: input.switchPaths ?? [] });
  if (!mayMove) return refuse(input.hiddenTeams?.length ? "team-hidden" : "not-switcher", input);
  if (approval.verb === "resume") return { verdict: "resume" };
  const words = parsePauseWords(approval.argument);
  return words ? { verdict: "pause", ...words } : refuse("pause-words", input);
}

/** A workflow's own command: on whatever thread of the repository, by somebody with the permission that the file asks for. */
export function judgeAsked(input: JudgementInput): Verdict {
  const { standing, asked, permission } = input;
  if (input.pull === "unavailable" || standing === "unavailable") return retry("the forge did not show the statement");
  if (standing !== "stands") return refuse(standing === "gone" ? "gone" : "edited", input);
  if (!asked) return refuse("run-gone", input);
  const has = typeof permission === "object" ? (RANK[permission.permission] ?? 0) : 0;
  if (has < (RANK[asked.permission] ?? Infinity)) return refuse("command-permission", input);
  return asked.problem === undefined ? { verdict: "begin" } : refuse("command-words", input);
}

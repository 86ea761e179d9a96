/** Judges one statement, when it is made and again right before the merge, from what the forge and our records say at that moment (design 8.6). */
import type { Verb } from "../records/approval.ts";
import { names } from "./approvers.ts";
import { helpText } from "./commands.ts";
import { judgeApprove, judgeKeep } from "./judge-approve.ts";
import { judgeAsked, judgeAttempt, judgeIgnore, judgeSwitch } from "./judge-command.ts";
import { type JudgementInput, type Verdict, refuse, retry } from "./judgement.ts";

const MAY_WRITE: ReadonlySet<string> = new Set(["write", "admin", "owner"]);

/** An account is looked at under the name that it had when it spoke, and under the one that it has now. */
function judgeAccount({ approval, ourUserIds, policy, permission }: JudgementInput): Verdict | undefined {
  if (ourUserIds.includes(approval.author.id)) return { verdict: "ignored", code: "ours" };
  const live = typeof permission === "object" && permission.user.id === approval.author.id ? permission.user : approval.author;
  const isBot = [approval.author, live].some((user) => names(policy.bots, user) || user.type?.toLowerCase() === "bot");
  return isBot ? { verdict: "ignored", code: "bot" } : undefined;
}

function judgePermission(input: JudgementInput): Verdict | undefined {
  const { permission, approval } = input;
  if (permission === "unavailable") return retry("the forge did not say what the author may do");
  if (permission === undefined) return refuse("no-permission", input);
  if (permission.user.id !== approval.author.id) return refuse("other-account", input);
  return MAY_WRITE.has(permission.permission) ? undefined : refuse("no-permission", input);
}

function judgeReject(input: JudgementInput): Verdict {
  const { pull, approval } = input;
  if (pull === "unavailable") return retry("the forge did not show the pull request");
  if (pull !== undefined && !input.isOurs) return refuse("not-ours", input);
  if (pull?.merged) return refuse("merged", input);
  if (pull?.state === "closed") return refuse("closed", input);
  return { verdict: "reject", words: approval.argument };
}

/** What is done beside the run of the thread. */
const BESIDE = { retry: judgeAttempt, ignore: judgeIgnore, pause: judgeSwitch, resume: judgeSwitch, command: judgeAsked } as const;

function isBeside(verb: Verb): verb is keyof typeof BESIDE {
  return verb in BESIDE;
}

function judgeVerb(input: JudgementInput): Verdict {
  const { verb, argument } = input.approval;
  if (isBeside(verb)) return BESIDE[verb](input);
  switch (verb) {
    case "stop":
      return { verdict: "stop", words: argument };
    case "explain":
      return { verdict: "explain" };
    case "help":
      return { verdict: "help", words: helpText(input.ofWorkflows) };
    case "reject":
      return judgeReject(input);
    case "approve":
      return (argument === "keep" ? judgeKeep(input) : undefined) ?? judgeApprove(input);
    case "unknown":
      if (input.approval.source === "review") return refuse("review-text", input);
      return refuse(argument === "" ? "several-commands" : "unknown-command", input);
  }
}

/** Judges a statement. Whatever cannot be seen is `retry`, whatever is in doubt is refused; only `counts` ever lets something merge. */
export function judgeStatement(input: JudgementInput): Verdict {
  return judgeAccount(input) ?? judgePermission(input) ?? judgeVerb(input);
}

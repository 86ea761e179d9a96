/** A run that gives way to what a person asked for beside it: a new attempt, or that it is not spoken of any more. */
import type { Run } from "../records/run.ts";
import { canMove, changeOf, moveChange, oweProposal } from "./changes.ts";
import type { Context } from "./context.ts";
import { stopRun } from "./ending.ts";
import { oweNotice } from "./notices.ts";
import type { Verdict } from "./results.ts";

interface Asked {
  /** The change on whose pull request it was said. */
  readonly number: number | undefined;
  readonly verdict: Extract<Verdict, { verdict: "attempt" | "ignore" }>;
  readonly judged: { readonly comment: number | undefined; readonly on?: number | undefined };
}

const MEANS = {
  attempt: { trigger: "attempted-anew", why: "superseded", say: "attempting-anew", reason: "asked for a new attempt" },
  ignore: { trigger: "rejected", why: "rejected", say: "ignoring", reason: "asked not to hear of it" },
} as const;

/** Closes what waits for people; what is merged already goes on being looked at. Whatever was being looked for is not needed any more. */
export function giveWay(run: Run, { number, verdict, judged }: Asked, context: Context): Run {
  const { trigger, why, say, reason } = MEANS[verdict.verdict];
  const open = run.changes.filter((change) => canMove(run, change.number, trigger));
  const closed = open.reduce((state, change) => {
    const moved = moveChange(state, change.number, { trigger, reason: `${verdict.by} ${reason}` }, context);
    return oweProposal(moved, { mode: "close", change: change.number, why }, context);
  }, run);
  const words = verdict.verdict === "ignore" ? verdict.words : "";
  const change = number !== undefined && changeOf(closed, number) ? { change: number } : {};
  const said = oweNotice(closed, { say, words, on: judged.on, ...change, react: { comment: judged.comment, reaction: "+1" } }, context);
  return run.changes.length === 0 ? stopRun(said, verdict.by, context) : said;
}

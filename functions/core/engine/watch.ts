/** Looking after what an ended run has left to a person: its issue is closed with a note when the trouble is gone (design 8.4). */
import * as z from "zod";
import { ObjectRefSchema } from "../records/fields.ts";
import type { Run } from "../records/run.ts";
import { type Context, minutesSince } from "./context.ts";
import { isResolved } from "./incident.ts";
import { oweNotice } from "./notices.ts";
import { EXPIRY_MINUTES, HEALED_MINUTES } from "./timing.ts";

/** What `find_problems` says of its causes in its step's output. */
const CausesSchema = z.looseObject({ causes: z.array(z.looseObject({ object: ObjectRefSchema, category: z.string().max(64) })).min(1) });

/** Ends of a change that leave an issue behind, not a pull request. */
const LEFT_TO_PEOPLE: ReadonlySet<string> = new Set(["shown", "failed"]);

/** What an incident's run is to be looked after for; undefined where a pull request was its thread. */
export function watchOf(run: Run): Run["watch"] {
  const isLeft = run.changes.every((change) => change.pullRequest === undefined && LEFT_TO_PEOPLE.has(change.state));
  if (!run.incident || !isLeft) return undefined;
  for (const { output } of run.steps) {
    const [cause] = CausesSchema.safeParse(output).data?.causes ?? [];
    if (cause) return { cause: { object: cause.object, category: cause.category } };
  }
  return {};
}

/** Without a cause to look at, the alerts alone say it. */
function isGone(run: Run, gone: boolean): boolean {
  return gone && (run.watch?.cause !== undefined || isResolved(run));
}

/** Gone in two looks some minutes apart, or gone and its alerts resolved: said, and the issue closed. */
export function onWatched(run: Run, gone: boolean, context: Context): Run {
  const { watch, ...rest } = run;
  if (!watch) return run;
  if (minutesSince(context, run.endedAt ?? context.now) >= EXPIRY_MINUTES) return rest;
  const { goneSince, ...unseen } = watch;
  if (!isGone(run, gone)) return goneSince === undefined ? run : { ...rest, watch: unseen };
  const isSure = isResolved(run) || minutesSince(context, goneSince ?? context.now) >= HEALED_MINUTES;
  if (!isSure) return goneSince === undefined ? { ...rest, watch: { ...watch, goneSince: context.now } } : run;
  // The issue is still to be opened: the next look closes it.
  if (run.thread?.kind !== "issue") return run.outbox.length > 0 ? run : rest;
  return oweNotice(rest, { say: "over", chat: true }, context);
}

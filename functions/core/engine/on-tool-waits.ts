/** A tool that has looked and waits for something outside: it is asked again later, and people are told once. */
import { ToolRequested, type ToolRequest } from "../events/catalog.ts";
import type { Run } from "../records/run.ts";
import { type Context, minutesFromNow, minutesSince } from "./context.ts";
import { oweNotice } from "./notices.ts";
import { owe } from "./outbox.ts";
import { stepOf } from "./steps.ts";
import { lookMinutes } from "./timing.ts";

interface Waiting {
  readonly asked: ToolRequest;
  /** What is waited for, in words for people. */
  readonly words: string;
  /** The trouble was reported as resolved while it was looked. */
  readonly again: boolean;
}

/** Owes the next look; the step's own deadline ends it. */
export function onToolWaits(run: Run, { asked, words, again }: Waiting, context: Context): Run {
  const step = stepOf(run, asked.step);
  if (step?.state !== "running") return run;
  const at = again ? context.now : minutesFromNow(context, lookMinutes(minutesSince(context, step.startedAt ?? context.now)));
  const isFirst = step.output === undefined;
  const noted: Run = { ...run, steps: run.steps.map((other) => (other.id === step.id ? { ...other, output: { waiting: true } } : other)) };
  const owed = owe(noted, { event: ToolRequested, data: asked, at }, context);
  return isFirst ? oweNotice(owed, { say: "watching", words, chat: true }, context) : owed;
}

/** Steps: which may start, what starting means, and when the run is over. */
import * as z from "zod";
import { ActionRequested, ToolRequested } from "../events/catalog.ts";
import { ActionToolSchema } from "../records/action.ts";
import { jsonBytes } from "../records/canonical.ts";
import type { Change } from "../records/change.ts";
import { OUTPUT_MAX_BYTES } from "../records/limits.ts";
import type { IgnoreRule } from "../records/ignore.ts";
import type { CompiledStep } from "../records/pipeline.ts";
import type { Run, Step, StepState } from "../records/run.ts";
import { recordName, RepositoryRefSchema } from "../records/fields.ts";
import { evaluateCondition, resolveArguments, type Scope } from "../workflow/expressions.ts";
import { isHeldBack, whyOnlyLook } from "./chain.ts";
import { addChange, cut, owePlan } from "./changes.ts";
import { type Context, minutesFromNow } from "./context.ts";
import { oweNotice } from "./notices.ts";
import { owe } from "./outbox.ts";
import { STEP_MINUTES } from "./timing.ts";
import { watchOf } from "./watch.ts";
import { GOOD_ENDS, isChangeOver, STEP_TRANSITIONS } from "./transitions.ts";

/** The tool that is a request for a change; those of `ActionToolSchema` act directly, and every other tool only reads. */
const CHANGE_TOOL = "propose_change";

/** What a step's output says of a remedy: the record that holds it, the cause that it is for, and where it goes; the plan compares that with the record. */
const RemedyReferenceSchema = z.looseObject({
  result: recordName,
  cause: z.string().max(64).optional(),
  repository: RepositoryRefSchema.optional(),
  baseRef: z.string().max(256).optional(),
});

export function stepOf(run: Run, id: string): Step | undefined {
  return run.steps.find((step) => step.id === id);
}

/** Moves a step where its table allows it. */
export function moveStep(run: Run, id: string, state: StepState, patch: Partial<Step> = {}): Run {
  const move = (step: Step): Step => (step.id === id && STEP_TRANSITIONS[step.state].includes(state) ? { ...step, ...patch, state } : step);
  return { ...run, steps: run.steps.map(move) };
}

export function failStep(run: Run, id: string, error: string, context: Context): Run {
  return moveStep(run, id, "failed", { endedAt: context.now, error: cut(error) });
}

/** A step's output is what expressions see; one that is too large fails the step. */
export function succeedStep(run: Run, id: string, done: { output: Readonly<Record<string, unknown>>; record?: string }, context: Context): Run {
  if (jsonBytes(done.output) > OUTPUT_MAX_BYTES) return failStep(run, id, `output is over ${OUTPUT_MAX_BYTES} bytes`, context);
  return moveStep(run, id, "succeeded", { endedAt: context.now, output: done.output, ...(done.record !== undefined && { result: done.record }) });
}

/** Starts what can start, ends steps whose change is over, ends the run when all steps are. Repeats until nothing moves. */
export function advance(run: Run, context: Context): Run {
  if (run.phase !== "running" || !run.spec.pipeline || run.awaits !== undefined || isHeldBack(run, context)) return run;
  const settled = settleChangeSteps(run, context);
  const next = settled.spec.pipeline?.steps.find((step) => isReady(settled, step));
  if (next) return advance(startStep(settled, next, context), context);
  return settled.steps.every((step) => STEP_TRANSITIONS[step.state].length === 0) ? endRun(settled, context) : settled;
}

function isReady(run: Run, step: CompiledStep): boolean {
  if (stepOf(run, step.id)?.state !== "pending") return false;
  return step.needs.every((id) => STEP_TRANSITIONS[stepOf(run, id)?.state ?? "failed"].length === 0);
}

/** A step lasts until its first change is over; a taking back belongs to the change that it takes back. */
function settleChangeSteps(run: Run, context: Context): Run {
  return run.changes.reduce((state, change) => {
    if (change.inverseOf !== undefined || !isChangeOver(change.state) || stepOf(state, change.step)?.state !== "running") return state;
    const output = { change: change.number, state: change.state, ...(change.pullRequest !== undefined && { pullRequest: change.pullRequest }) };
    if (GOOD_ENDS.has(change.state)) return succeedStep(state, change.step, { output }, context);
    return failStep(state, change.step, change.reason === undefined ? change.state : `${change.state}: ${change.reason}`, context);
  }, run);
}

function scopeOf(run: Run): Scope {
  return {
    alert: run.spec.alert,
    inputs: run.spec.inputs,
    steps: Object.fromEntries(run.steps.map((step) => [step.id, { state: step.state, output: step.output }])),
  };
}

function startStep(run: Run, step: CompiledStep, context: Context): Run {
  const blocked = step.needs.some((id) => stepOf(run, id)?.state !== "succeeded");
  if (blocked) return moveStep(run, step.id, "skipped", { endedAt: context.now });
  try {
    if (step.if !== undefined && !evaluateCondition(step.if, scopeOf(run))) return moveStep(run, step.id, "skipped", { endedAt: context.now });
    return startTool(run, step, resolveArguments(step.with, scopeOf(run)), context);
  } catch (error) {
    return failStep(run, step.id, `step ${step.id}: ${error instanceof Error ? error.message : String(error)}`, context);
  }
}

function startTool(run: Run, step: CompiledStep, args: Record<string, unknown>, context: Context): Run {
  const deadline = step.timeoutMs === undefined ? minutesFromNow(context, STEP_MINUTES) : context.now + step.timeoutMs;
  const action = ActionToolSchema.safeParse(step.tool);
  const onlyLook = action.success || step.tool === CHANGE_TOOL ? whyOnlyLook(run) : undefined;
  if (onlyLook !== undefined) return failStep(run, step.id, onlyLook, context);
  if (step.tool === CHANGE_TOOL) return startChange(run, step, args, context);
  const running = moveStep(run, step.id, "running", { startedAt: context.now, deadline });
  if (action.success) return owe(running, { event: ActionRequested, data: { step: step.id, tool: action.data, with: args } }, context);
  return owe(running, { event: ToolRequested, data: { step: step.id, tool: step.tool, with: args } }, context);
}

/** A change's step has no deadline of its own: its change ends it, at the latest by expiring. */
function startChange(run: Run, step: CompiledStep, args: Record<string, unknown>, context: Context): Run {
  if (run.spec.ignore) return startIgnoring(run, step, run.spec.ignore, context);
  const remedy = args["remedy"];
  const reference = RemedyReferenceSchema.safeParse(remedy);
  if (!reference.success) return failStep(run, step.id, "`remedy` is not the remedy of a step before it", context);
  const running = moveStep(run, step.id, "running", { startedAt: context.now });
  const { result, cause, repository, baseRef } = reference.data;
  const where = repository !== undefined && baseRef !== undefined && { repository, baseRef };
  const added = addChange(running, { step: step.id, remedy: result, ...where, ...(cause !== undefined && { cause }) }, context);
  return owePlan(added.run, { from: "remedy", change: added.number, result }, context);
}

function startIgnoring(run: Run, step: CompiledStep, rule: IgnoreRule, context: Context): Run {
  const added = addChange(moveStep(run, step.id, "running", { startedAt: context.now }), { step: step.id }, context);
  return owePlan(added.run, { from: "ignore", change: added.number, rule }, context);
}

function endRun(run: Run, context: Context): Run {
  const failed = run.steps.find((step) => step.state === "failed");
  const changed = run.changes.find((change) => change.inverseOf === undefined);
  const outcome = cut(failed?.error ?? changed?.reason ?? quietOutcome(run));
  // A new attempt talks on a thread that the run before it looks after.
  const watch = hasRecovered(run) || run.spec.trigger.of !== undefined ? undefined : watchOf(run);
  const ended: Run = { ...run, phase: failed ? "failed" : "succeeded", endedAt: context.now, outcome, ...(watch && { watch }) };
  return changed !== undefined || isUntold(run) ? sayEnd(ended, { failed, changed }, context) : ended;
}

/** What a change came to was said when it ended; all else that ends a run is said here. */
function sayEnd(run: Run, { failed, changed }: { failed: Step | undefined; changed: Change | undefined }, context: Context): Run {
  const ofChange = changed !== undefined && (failed === undefined || failed.id === changed.step);
  const unopened = changed?.state === "failed" && changed.pullRequest === undefined;
  if (ofChange && !unopened) return run;
  if (!failed && !changed && hasRecovered(run)) return oweNotice({ ...run, outcome: RECOVERED }, { say: "recovered", chat: true }, context);
  const words = run.outcome ?? "";
  const say = failed ? ("failed" as const) : sayQuiet(run);
  return oweNotice(run, { say, words, chat: true, urgent: failed !== undefined, ...(changed && { change: changed.number }) }, context);
}

/** An incident without a fix needs a person; a workflow that somebody asked for has done what it does. */
function sayQuiet(run: Run): "no-fix" | "finished" {
  return run.incident ? "no-fix" : "finished";
}

const RECOVERED = "the trouble went away by itself; nothing was changed";

/** A step that watched has seen the trouble go. */
function hasRecovered(run: Run): boolean {
  return run.steps.some(({ output }) => typeof output === "object" && output !== null && "recovered" in output && output.recovered === true);
}

function quietOutcome(run: Run): string {
  return toldBy(run) ?? refusalOf(run) ?? seenBy(run) ?? "nothing was left to do";
}

function toldBy(run: Run): string | undefined {
  const output = run.steps.findLast(hasTold)?.output;
  return typeof output === "object" && output !== null && "words" in output && typeof output.words === "string" ? output.words : undefined;
}

/** Nobody has heard of it yet: an action that was done, or advised, is told when it happens. */
function isUntold(run: Run): boolean {
  const hasFailed = run.steps.some((step) => step.state === "failed");
  // What the clock starts is silent where it went well: a report says itself what there is to say.
  if (run.spec.trigger.kind === "schedule") return hasFailed;
  return (run.incident !== undefined || run.spec.trigger.kind === "comment") && (hasFailed || !run.steps.some(hasTold));
}

/** An action's step says what it did, or did not do, when it happens. */
function hasTold({ output }: Step): boolean {
  return typeof output === "object" && output !== null && "acted" in output;
}

const SeenSchema = z.looseObject({ causes: z.array(z.looseObject({ title: z.string() })).min(1) });

/** What a step that only looks has seen. */
function seenBy(run: Run): string | undefined {
  const seen = run.steps.map(({ output }) => SeenSchema.safeParse(output)).findLast(({ success }) => success)?.data;
  return seen && seen.causes.map(({ title }) => title).join("; ");
}

/** Why there was nothing to propose, in the words of the tool that looked. */
function refusalOf(run: Run): string | undefined {
  for (const step of run.steps) {
    const output = step.output;
    if (typeof output === "object" && output !== null && "refusal" in output && typeof output.refusal === "string") return output.refusal;
  }
  return undefined;
}

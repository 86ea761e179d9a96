/** Doing what a judged command asks for: a run of its own, or a hand on the kill switch. Repeating it does it no second time. */
import type { Verdict as Judgement } from "../approval/judgement.ts";
import { ASKED_PER_HOUR, refusalReply } from "../approval/replies.ts";
import { decideStart } from "../engine/decide.ts";
import { ignoreMatchOf } from "../engine/incident.ts";
import type { Verdict } from "../engine/results.ts";
import { type Asked, attemptRun, ignoreRun } from "../engine/start-asked.ts";
import type { SwitchControl } from "../ports/switch.ts";
import type { Approval } from "../records/approval.ts";
import type { Run } from "../records/run.ts";
import { takePlace } from "../shell/asked-slots.ts";
import type { Effect } from "../shell/define-function.ts";
import { passIncident } from "../shell/incidents.ts";
import { contextOf, createRun } from "../shell/runs.ts";
import type { Shell } from "../shell/shell.ts";
import { formatInstant } from "../text/duration.ts";
import { oneLine, prose } from "../text/harmless.ts";
import { askedBy } from "./asked.ts";
import { askedRunId } from "./start-command.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const REASON_MAX_LENGTH = 200;

export interface CarryDeps {
  readonly shell: Shell;
  readonly control: SwitchControl;
}

interface Said {
  /** The statement's record. */
  readonly name: string;
  readonly approval: Approval;
}

type Of<V extends Judgement["verdict"]> = Extract<Judgement, { verdict: V }>;
type Deed = Of<"attempt" | "ignore" | "pause" | "resume" | "begin">;

const DEEDS: ReadonlySet<Judgement["verdict"]> = new Set<Deed["verdict"]>(["attempt", "ignore", "pause", "resume", "begin"]);

/** Whether a judgement asks for something to be done beside its run. */
export function isDeed(judged: Judgement): judged is Deed {
  return DEEDS.has(judged.verdict);
}

/** @throws Unavailable: nothing is answered before it is done */
export async function carryOut(effect: Effect<unknown>, judged: Deed, said: Said & { readonly deps: CarryDeps }): Promise<Verdict> {
  switch (judged.verdict) {
    case "attempt":
      return await attempt(effect, said, said.deps);
    case "ignore":
      return await ignore(effect, { ...said, judged }, said.deps);
    case "pause":
      return await pause(effect, { ...said, judged }, said.deps);
    case "resume":
      return await resume(effect, said.deps);
    case "begin":
      return await begin(effect, said, said.deps);
  }
}

/** One run for each statement, within what a person may start; the statement has had it where it is there already. */
async function start(
  effect: Effect<unknown>,
  { name, approval }: Said,
  given: { readonly deps: CarryDeps; readonly make: (asked: Asked, context: Awaited<ReturnType<typeof contextOf>>) => Run },
): Promise<string | undefined> {
  const { shell } = given.deps;
  const id = askedRunId(name);
  if (!(await takePlace(shell, { user: approval.author.id, run: id, places: ASKED_PER_HOUR }))) return undefined;
  const context = await contextOf(shell, id, { causeId: effect.id });
  await effect.guard();
  await createRun(shell, id, decideStart(given.make(askedBy(approval), context), context));
  return id;
}

function tooMany({ approval }: Said): Verdict {
  return { verdict: "refused", words: refusalReply("too-many", { approval }) };
}

/** The run is there and waits; a place for it is all that it still needs. */
async function begin({ runId }: Effect<unknown>, said: Said, { shell }: CarryDeps): Promise<Verdict> {
  const isTaken = await takePlace(shell, { user: said.approval.author.id, run: runId, places: ASKED_PER_HOUR });
  return isTaken ? { verdict: "begin" } : tooMany(said);
}

async function attempt(effect: Effect<unknown>, said: Said, deps: CarryDeps): Promise<Verdict> {
  const before = { name: effect.runId, run: effect.run };
  const id = await start(effect, said, { deps, make: (asked, context) => attemptRun(before, asked, context) });
  if (id === undefined) return tooMany(said);
  if (effect.run.incident) await passIncident(deps.shell, effect.run.incident.key, { from: effect.runId, to: id });
  return { verdict: "attempt", by: said.approval.author.login };
}

async function ignore(effect: Effect<unknown>, said: Said & { readonly judged: Of<"ignore"> }, deps: CarryDeps): Promise<Verdict> {
  const { judged, approval } = said;
  const reason = oneLine(judged.reason, REASON_MAX_LENGTH);
  const until = untilOf(approval.saidAt + judged.forMs, judged.forMs);
  const rule = { match: { ...ignoreMatchOf(effect.run.spec.alert?.labels ?? {}) }, reason, until };
  const id = await start(effect, said, { deps, make: (asked, context) => ignoreRun(effect.run.spec, rule, { asked, context }) });
  if (id === undefined) return tooMany(said);
  return { verdict: "ignore", by: approval.author.login, words: `Until ${until}, because: ${prose(reason)}` };
}

/** Days as a day, hours as a moment. */
function untilOf(end: number, forMs: number): string {
  const text = new Date(end).toISOString();
  return forMs % DAY_MS === 0 ? text.slice(0, 10) : `${text.slice(0, 16)}Z`;
}

const HOW_TO_RESUME = "`/resume` in a new comment, or `anchorwatch resume`, ends it.";

/** A pause never makes one that is in force shorter. */
async function pause(effect: Effect<unknown>, { approval, judged }: Said & { readonly judged: Of<"pause"> }, { control }: CarryDeps): Promise<Verdict> {
  const wanted = judged.forMs === undefined ? Infinity : approval.saidAt + judged.forMs;
  if (wanted <= effect.now) return { verdict: "resumed", words: "The time that you named is over already, so nothing is paused." };
  const inForce = (await control.read()).pause;
  const standing = inForce && (inForce.until ?? Infinity);
  if (standing === undefined || standing < wanted) {
    const reason = `${approval.author.login} on ${approval.repository.name}#${approval.number}`;
    await effect.guard();
    await control.pause({ reason, ...(wanted !== Infinity && { until: wanted }) });
  }
  const end = Math.max(wanted, standing ?? 0);
  const until = end === Infinity ? "" : ` until ${formatInstant(end)}`;
  return {
    verdict: "paused",
    words: `**Everything is paused${until}.** I do nothing more, here or on any other thread, and deadlines stand still. ${HOW_TO_RESUME}`,
  };
}

async function resume(effect: Effect<unknown>, { control }: CarryDeps): Promise<Verdict> {
  if (!(await control.read()).pause) return { verdict: "resumed", words: "Nothing is paused, so there is nothing to do." };
  await effect.guard();
  await control.resume();
  return { verdict: "resumed", words: "**I go on.** Deadlines stood still meanwhile, and what waited is done within a minute." };
}

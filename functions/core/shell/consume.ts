/** Consuming an owed event: claim, act, decide, write, post (design 5.2). */
import type { Context } from "../engine/context.ts";
import { type Decision, decideFailure, decideResult } from "../engine/decide.ts";
import { isMoot } from "../engine/moot.ts";
import { claimEntry, entryOf, isHeld } from "../engine/outbox.ts";
import type { Failure, Result } from "../engine/results.ts";
import { MAX_ATTEMPTS } from "../engine/timing.ts";
import { Unavailable } from "../ports/errors.ts";
import { StoreError } from "../ports/store.ts";
import type { Claim, OutboxEntry } from "../records/outbox.ts";
import type { Run } from "../records/run.ts";
import type { Effect, FunctionDefinition } from "./define-function.ts";
import { errorWords, toFailure } from "./outcome.ts";
import { MAX_CONFLICTS, moveRun, tryReplace } from "./runs.ts";
import type { Shell } from "./shell.ts";

/** A claim outlives the function's limit by this, so that a slow write is not taken for a crash. */
const CLAIM_MARGIN_MS = 30_000;

/** Only these two are read of a delivery: type and data come from the outbox. */
export interface Delivery {
  readonly id: string;
  readonly runId: string;
}

/** `unknown-run` belongs to no run; every other answer means that nothing more is wanted from the sender. */
export type Consumed = "done" | "not-owed" | "held" | "paused" | "unknown-run";

interface Held<Data> {
  readonly run: Run;
  readonly entry: OutboxEntry;
  readonly claim: Claim;
  readonly data: Data;
}

/**
 * Handles one delivery of one event.
 * @throws Unavailable when nothing could be written: the sender tries again
 */
export async function consume<Data, Deps>(
  definition: FunctionDefinition<Data, Deps>,
  delivery: Delivery,
  bound: { shell: Shell; connect: (signal: AbortSignal) => Deps },
): Promise<Consumed> {
  const { shell } = bound;
  if ((await shell.switch.read()).pause && !(await isHeardWhilePaused(shell, delivery))) return "paused";
  shell.checkpoint?.("before-claim", definition.name);
  const held = await claim(definition, delivery, shell);
  if (typeof held === "string") return held;
  shell.checkpoint?.("after-claim", definition.name);
  const ended = await act(definition, delivery, { ...bound, held });
  shell.checkpoint?.("after-effect", definition.name);
  await settle(shell, delivery, held, ended);
  shell.checkpoint?.("after-write", definition.name);
  return "done";
}

/** Only what moves the kill switch, and the answer to it: its run says so, never the delivery. */
async function isHeardWhilePaused(shell: Shell, { runId, id }: Delivery): Promise<boolean> {
  const stored = await shell.store.read("Run", runId);
  return stored !== undefined && entryOf(stored.record, id)?.whilePaused === true;
}

/** Takes the hold in one compare-and-set; an event with too many lost attempts, or broken data, fails without running. */
async function claim<Data, Deps>(definition: FunctionDefinition<Data, Deps>, delivery: Delivery, shell: Shell): Promise<Held<Data> | Consumed> {
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const stored = await shell.store.read("Run", delivery.runId);
    if (!stored) return "unknown-run";
    const now = shell.clock.now();
    const entry = entryOf(stored.record, delivery.id);
    if (!entry || entry.at > now || entry.type !== definition.consumes.type) return "not-owed";
    if (isHeld(entry, now)) return "held";
    if (isMoot(stored.record, entry)) return await refuse(shell, delivery, "nobody waits for it any more");
    if (entry.attempt >= MAX_ATTEMPTS) return await refuse(shell, delivery, `gave up after ${MAX_ATTEMPTS} attempts that ended without a result`);
    const data = definition.consumes.schema.safeParse(entry.data);
    if (!data.success) return await refuse(shell, delivery, `data of event ${entry.id}: ${data.error.issues[0]?.message ?? "invalid"}`);
    const taken: Claim = { until: now + definition.limitMs + CLAIM_MARGIN_MS, holder: shell.holder };
    const run = claimEntry(stored.record, entry.id, taken);
    if (await tryReplace(shell, stored, run)) return { run, entry, claim: taken, data: data.data };
  }
  throw new Unavailable(`event ${delivery.id}: ${MAX_CONFLICTS} conflicts in a row while claiming it`);
}

async function refuse(shell: Shell, delivery: Delivery, error: string): Promise<Consumed> {
  await moveRun(shell, delivery.runId, (run, context) => {
    const entry = entryOf(run, delivery.id);
    if (!entry || isHeld(entry, context.now)) return { run, events: [] };
    return decideFailure(run, delivery.id, { failure: "terminal", error }, context);
  });
  return "done";
}

type Ended = { readonly result: Result } | { readonly failure: Failure };

/** Runs the handler within its limit. Past the limit its late effects are stopped by the guard, and it counts as a crash. */
async function act<Data, Deps>(
  definition: FunctionDefinition<Data, Deps>,
  delivery: Delivery,
  bound: { shell: Shell; connect: (signal: AbortSignal) => Deps; held: Held<Data> },
): Promise<Ended> {
  const { shell, held } = bound;
  const signal = AbortSignal.timeout(definition.limitMs);
  const effect: Effect<Data> = {
    id: delivery.id,
    runId: delivery.runId,
    data: held.data,
    run: held.run,
    now: shell.clock.now(),
    minuteMs: shell.minuteMs,
    signal,
    guard: () => guard(shell, signal, held.entry),
  };
  try {
    return { result: await withinLimit(definition.handle(effect, bound.connect(signal)), signal, definition) };
  } catch (error) {
    const failure = toFailure(error);
    shell.log.warn({ function: definition.name, run: delivery.runId, event: delivery.id, failure: failure.failure, error: failure.error }, "no result");
    return { failure };
  }
}

async function guard(shell: Shell, signal: AbortSignal, entry: OutboxEntry): Promise<void> {
  if (signal.aborted) throw new Unavailable(`event ${entry.id}: the function's limit is past`);
  const { pause } = await shell.switch.read();
  if (pause && entry.whilePaused !== true) throw new Unavailable(`paused: ${pause.reason}`);
}

async function withinLimit<T>(work: Promise<T>, signal: AbortSignal, definition: { name: string; limitMs: number }): Promise<T> {
  let stop = (): void => undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new Error(`${definition.name} took longer than ${definition.limitMs} ms`));
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    signal.removeEventListener("abort", stop); // Or the result would stay in memory until the limit is past.
  }
}

/** Writes what came of it, if the hold is still ours: otherwise another took over, and its result is the one that counts. */
async function settle<Data>(shell: Shell, delivery: Delivery, held: Held<Data>, ended: Ended): Promise<void> {
  try {
    await writeEnd(shell, delivery, held, ended);
  } catch (error) {
    const unfit = error instanceof StoreError && (error.kind === "too-large" || error.kind === "invalid");
    if (!unfit) throw new Unavailable(`run ${delivery.runId}: the result of ${delivery.id} could not be written: ${errorWords(error)}`, { cause: error });
    await writeEnd(shell, delivery, held, { failure: { failure: "terminal", error: `its result does not fit the run: ${errorWords(error)}` } });
  }
}

async function writeEnd<Data>(shell: Shell, delivery: Delivery, held: Held<Data>, ended: Ended): Promise<void> {
  const cause = { causeId: delivery.id, ...(held.entry.traceparent !== undefined && { traceparent: held.entry.traceparent }) };
  const transition = (run: Run, context: Context): Decision => {
    const claim = entryOf(run, delivery.id)?.claim;
    if (claim?.until !== held.claim.until || claim.holder !== held.claim.holder) return { run, events: [] };
    return "result" in ended ? decideResult(run, delivery.id, ended.result, context) : decideFailure(run, delivery.id, ended.failure, context);
  };
  await moveRun(shell, delivery.runId, transition, cause);
}

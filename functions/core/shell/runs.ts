/** Reading a run, moving it by a pure transition, writing it back: a conflict re-reads and re-applies, never repeats an effect. */
import type { Context } from "../engine/context.ts";
import type { Decision } from "../engine/decide.ts";
import { Unavailable } from "../ports/errors.ts";
import { type Stored, StoreError } from "../ports/store.ts";
import type { Run } from "../records/run.ts";
import { postEvents } from "./post.ts";
import type { Shell } from "./shell.ts";

/** Conflicts in a row after which a write gives up and the sender tries again. */
export const MAX_CONFLICTS = 50;

export interface Cause {
  readonly causeId?: string;
  readonly traceparent?: string;
}

/** The engine's context for one write, now. @throws Unavailable when the switch cannot be read */
export async function contextOf(shell: Shell, runId: string, cause: Cause = {}): Promise<Context> {
  const { stoodStillMs } = await shell.switch.read();
  return { runId, now: shell.clock.now(), minuteMs: shell.minuteMs, stoodStillMs, ...cause };
}

/**
 * Moves a run by a pure transition. An unchanged run is not written.
 * @returns the run as it stands afterwards, or undefined when there is none
 * @throws Unavailable after too many conflicts, or when the store is
 */
export async function moveRun(shell: Shell, runId: string, transition: (run: Run, context: Context) => Decision, cause: Cause = {}): Promise<Run | undefined> {
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const stored = await shell.store.read("Run", runId);
    if (!stored) return undefined;
    const context = await contextOf(shell, runId, cause);
    const decision = transition(stored.record, context);
    if (decision.run === stored.record) return stored.record;
    if (await tryReplace(shell, stored, decision.run)) {
      await postEvents(shell, runId, decision.events);
      return decision.run;
    }
  }
  throw new Unavailable(`run ${runId}: ${MAX_CONFLICTS} conflicts in a row`);
}

/** Reads a run where one that cannot be read must not be in the way of others. */
export async function readRun(shell: Shell, runId: string): Promise<Stored<"Run"> | "corrupt" | undefined> {
  try {
    return await shell.store.read("Run", runId);
  } catch (error) {
    if (error instanceof StoreError && error.kind === "corrupt") return "corrupt";
    throw error;
  }
}

/** Replaces a run at the version that was read. @returns false on a conflict */
export async function tryReplace(shell: Shell, stored: Stored<"Run">, run: Run): Promise<boolean> {
  try {
    await shell.store.replace("Run", stored.name, run, stored.version);
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.kind === "conflict") return false;
    throw error;
  }
}

/** Creates a run; one of that name that is there already stays as it is. @returns true when this call made it */
export async function createRun(shell: Shell, runId: string, decision: Decision): Promise<boolean> {
  try {
    await shell.store.create("Run", runId, decision.run);
  } catch (error) {
    if (error instanceof StoreError && error.kind === "exists") return false;
    throw error;
  }
  await postEvents(shell, runId, decision.events);
  return true;
}

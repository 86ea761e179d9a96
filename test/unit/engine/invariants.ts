/** What holds for every run after every write, whatever came before it (engine.md 1): each test of the engine checks it at each step. */
import { expect } from "vitest";
import type { Decision } from "../../../functions/core/engine/decide.ts";
import { CHANGE_TRANSITIONS, isChangeOver, PHASE_TRANSITIONS } from "../../../functions/core/engine/transitions.ts";
import { jsonBytes } from "../../../functions/core/records/canonical.ts";
import type { Change, ChangeState } from "../../../functions/core/records/change.ts";
import { RUN_MAX_BYTES } from "../../../functions/core/records/limits.ts";
import type { OutboxEntry } from "../../../functions/core/records/outbox.ts";
import { type Phase, type Run, RunSchema } from "../../../functions/core/records/run.ts";

const held = (entry: OutboxEntry, now: number): boolean => entry.claim !== undefined && entry.claim.until > now;
const isOf = (entry: OutboxEntry, ...nouns: readonly string[]): boolean => nouns.some((noun) => entry.type === `dev.anchorwatch.${noun}`);
const closes = (entry: OutboxEntry): boolean => isOf(entry, "proposal.requested") && entry.data["mode"] === "close";
const belongs = (entry: OutboxEntry, change: Change): boolean =>
  isOf(entry, "plan.requested", "proposal.requested", "merge.requested", "verification.requested") && entry.data["change"] === change.number;

function canReach(from: ChangeState, to: ChangeState, seen: readonly ChangeState[] = []): boolean {
  if (from === to) return true;
  return Object.values(CHANGE_TRANSITIONS[from]).some((next) => !seen.includes(next) && canReach(next, to, [...seen, from]));
}

function canBecome(from: Phase, to: Phase): boolean {
  return from === to || PHASE_TRANSITIONS[from].some((next) => canBecome(next, to));
}

/** Entries of a change that is alive say what it waits for; an applied one may wait for its taking back instead. */
function checkChange(run: Run, change: Change, now: number): void {
  const own = run.outbox.filter((entry) => belongs(entry, change) && !closes(entry));
  const which = `change ${change.number} in ${change.state}`;
  if (isChangeOver(change.state)) {
    expect(
      own.filter((entry) => !held(entry, now)).map(({ type }) => type),
      `${which} owes nothing but its closing`,
    ).toEqual([]);
    return;
  }
  const loose = own.filter((entry) => !held(entry, now));
  for (const noun of ["plan.requested", "merge.requested", "verification.requested"]) {
    expect(loose.filter((entry) => isOf(entry, noun)).length, `${which}: ${noun} at most once`).toBeLessThanOrEqual(1);
  }
  const inverse = run.changes.find(({ number }) => number === change.takenBackBy);
  if (!inverse && run.phase === "running") expect(own.length, `${which} waits for something that is owed`).toBeGreaterThan(0);
}

function checkOutbox(run: Run): void {
  expect(new Set(run.outbox.map(({ id }) => id)).size, "ids are unique").toBe(run.outbox.length);
  const times = run.outbox.map((entry) => (entry.claim ? Math.max(entry.claim.until, entry.at) : entry.at));
  expect(run.wakeAt, "wakeAt is the earliest").toBe(times.length === 0 ? undefined : Math.min(...times));
}

/** One `run.woken` at the earliest deadline; none in a run that is over. */
function checkWaking(run: Run, now: number): void {
  const wakings = run.outbox.filter((entry) => isOf(entry, "run.woken") && !held(entry, now)).map(({ at }) => at);
  const steps = run.steps.filter(({ state }) => state === "running").map(({ deadline }) => deadline);
  const waiting = run.changes
    .filter(({ state }) => !isChangeOver(state) && state !== "merged" && state !== "applied")
    .flatMap(({ deadline, remindAt }) => [deadline, remindAt]);
  const claims = run.outbox.filter((entry) => held(entry, now)).map((entry) => entry.claim?.until);
  const deadlines = (run.phase === "ending" ? claims : [...steps, ...waiting, (run.heldUntil ?? 0) > now ? run.heldUntil : undefined]).filter(
    (time) => time !== undefined,
  );
  const alive = run.phase === "running" || run.phase === "ending";
  expect(wakings, "one run.woken, at the earliest deadline").toEqual(alive && deadlines.length > 0 ? [Math.min(...deadlines)] : []);
}

function checkEnd(run: Run, now: number): void {
  const over = run.phase !== "running" && run.phase !== "ending";
  expect(run.endedAt !== undefined, "an end has its time").toBe(over);
  if (!over) return;
  expect(
    run.changes.filter(({ state }) => !isChangeOver(state)),
    "no change outlives its run",
  ).toEqual([]);
  const more = run.outbox.filter((entry) => !closes(entry) && !isOf(entry, "notification.requested", "judgement.requested") && !held(entry, now));
  expect(
    more.map(({ type }) => type),
    "a run that is over only closes, answers and speaks",
  ).toEqual([]);
}

/** @throws AssertionError naming what does not hold */
export function checkInvariants(before: Run, { run, events }: Decision, now: number): void {
  const parsed = RunSchema.safeParse(run);
  expect(parsed.error?.issues ?? [], "the run fits its schema").toEqual([]);
  expect(jsonBytes(run), "the run is small").toBeLessThan(RUN_MAX_BYTES);
  expect(run.spec, "what a run began with stays").toEqual(before.spec);
  expect(run.ordinal).toBeGreaterThanOrEqual(before.ordinal);
  expect(canBecome(before.phase, run.phase), `${before.phase} becomes ${run.phase}`).toBe(true);
  for (const change of before.changes) {
    const after = run.changes.find(({ number }) => number === change.number);
    expect(after && canReach(change.state, after.state), `${change.state} becomes ${after?.state ?? "nothing"}`).toBe(true);
  }
  if (run !== before) {
    for (const change of run.changes) checkChange(run, change, now);
    checkWaking(run, now);
    checkEnd(run, now);
  }
  checkOutbox(run);
  const postable = new Set(run.outbox.filter((entry) => entry.at <= now && !held(entry, now)).map(({ id }) => id));
  expect(
    events.filter(({ id }) => !postable.has(id)),
    "only what is due and free is posted",
  ).toEqual([]);
}

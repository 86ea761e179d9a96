/** The life of a change, read off its table: every state can be reached, every wait can end, every end is an end. */
import { describe, expect, it } from "vitest";
import {
  CHANGE_TRANSITIONS,
  GOOD_ENDS,
  isChangeOpen,
  isChangeOver,
  nextChangeState,
  PHASE_TRANSITIONS,
  STEP_TRANSITIONS,
} from "../../../functions/core/engine/transitions.ts";
import { type ChangeState, ChangeStateSchema } from "../../../functions/core/records/change.ts";
import { PhaseSchema, StepStateSchema } from "../../../functions/core/records/run.ts";

const STATES = ChangeStateSchema.options;

function reachable(start: string, next: (state: string) => readonly string[]): Set<string> {
  const seen = new Set([start]);
  const queue = [start];
  for (const state of queue) {
    for (const to of next(state)) {
      if (seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return seen;
}

const next = (state: string): readonly string[] => Object.values(CHANGE_TRANSITIONS[state as ChangeState]);

describe("the life of a change", () => {
  it("has a row for every state that a record can hold, and no other", () => {
    expect(Object.keys(CHANGE_TRANSITIONS).toSorted()).toEqual([...STATES].toSorted());
  });

  it("reaches every state from planning: none is declared and never used", () => {
    expect([...reachable("planning", next)].toSorted()).toEqual([...STATES].toSorted());
  });

  it.each(STATES.filter((state) => !isChangeOver(state)))("can end from %s", (state) => {
    expect([...reachable(state, next)].some((to) => isChangeOver(to as ChangeState))).toBe(true);
  });

  it("never leaves an end", () => {
    const ends = STATES.filter(isChangeOver);
    expect(ends.toSorted()).toEqual(["closed", "expired", "failed", "healed", "not-proven", "rejected", "shown", "superseded", "taken-back", "verified"]);
  });

  it("merges nothing that was not approved, except what a person merged themselves or had merged before", () => {
    const into = STATES.filter((state) => next(state).includes("merged"));
    expect(into.toSorted()).toEqual(["approved", "conflicted", "head-moved", "planned", "proposed", "waiting"]);
  });

  it("comes to approved only from a pull request that waits for a yes", () => {
    const into = STATES.filter((state) => next(state).includes("approved"));
    expect(into.toSorted()).toEqual(["proposed", "waiting"]);
  });

  it("is verified or taken back only after it was applied", () => {
    for (const end of ["verified", "taken-back"]) expect(STATES.filter((state) => next(state).includes(end))).toEqual(["applied"]);
  });

  it("can be stopped, and can break, in every state that is not over", () => {
    for (const state of STATES.filter((item) => !isChangeOver(item))) {
      expect(nextChangeState(state, "stopped"), state).toBeDefined();
      expect(nextChangeState(state, "broken"), state).toBeDefined();
    }
  });

  it("has an open pull request exactly between the proposal and the merge", () => {
    expect(STATES.filter(isChangeOpen).toSorted()).toEqual(["approved", "conflicted", "head-moved", "proposed", "waiting"]);
  });

  it("lets a step succeed only when the trouble is gone, or nothing may be proposed", () => {
    expect([...GOOD_ENDS].toSorted()).toEqual(["healed", "shown", "verified"]);
  });
});

describe("steps and phases", () => {
  it("have a row for every state, reach every state, and end", () => {
    const tables: readonly [Readonly<Record<string, readonly string[]>>, readonly string[], string][] = [
      [STEP_TRANSITIONS, StepStateSchema.options, "pending"],
      [PHASE_TRANSITIONS, PhaseSchema.options, "running"],
    ];
    for (const [table, states, start] of tables) {
      expect(Object.keys(table).toSorted()).toEqual([...states].toSorted());
      expect([...reachable(start, (state) => table[state] ?? [])].toSorted()).toEqual([...states].toSorted());
    }
  });
});

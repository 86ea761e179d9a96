/** The life of steps, runs and changes as tables: what is not in here cannot happen (design 5.3). */
import type { ChangeState } from "../records/change.ts";
import type { Phase, StepState } from "../records/run.ts";

/** What can happen to a change, in the words of the engine's results. */
export type ChangeTrigger =
  | "planned"
  | "observed"
  | "replan"
  | "refused"
  | "proposed"
  | "held"
  | "approved"
  | "awaited"
  | "asked-again"
  | "rejected"
  | "head-moved"
  | "conflicted"
  | "merged"
  | "closed"
  | "healed"
  | "expired"
  | "stopped"
  | "attempted-anew"
  | "broken"
  | "applied"
  | "verified"
  | "unproven"
  | "taken-back";

type Row = Readonly<Partial<Record<ChangeTrigger, ChangeState>>>;

/** What can end or disturb a change that has an open pull request, whatever it waits for. */
const OPEN: Row = {
  rejected: "rejected",
  "head-moved": "head-moved",
  conflicted: "conflicted",
  merged: "merged",
  closed: "closed",
  healed: "healed",
  expired: "expired",
  stopped: "closed",
  "attempted-anew": "superseded",
  broken: "failed",
};

export const CHANGE_TRANSITIONS: Readonly<Record<ChangeState, Row>> = {
  planning: { planned: "planned", observed: "shown", refused: "failed", expired: "expired", stopped: "closed", broken: "failed" },
  planned: {
    proposed: "proposed",
    replan: "planning",
    held: "superseded",
    "head-moved": "head-moved",
    merged: "merged",
    refused: "failed",
    expired: "expired",
    stopped: "closed",
    broken: "failed",
  },
  proposed: { ...OPEN, approved: "approved", awaited: "waiting" },
  waiting: { ...OPEN, approved: "approved", "asked-again": "proposed" },
  approved: { ...OPEN, awaited: "waiting", "asked-again": "proposed" },
  "head-moved": { ...OPEN, "asked-again": "proposed" },
  conflicted: OPEN,
  merged: { applied: "applied", unproven: "not-proven", stopped: "not-proven", broken: "not-proven" },
  applied: { verified: "verified", unproven: "not-proven", "taken-back": "taken-back", stopped: "not-proven", broken: "not-proven" },
  verified: {},
  "not-proven": {},
  "taken-back": {},
  rejected: {},
  superseded: {},
  healed: {},
  expired: {},
  closed: {},
  shown: {},
  failed: {},
};

/** The state that a change goes to, or undefined: then the news comes too late, or means nothing here. */
export function nextChangeState(state: ChangeState, trigger: ChangeTrigger): ChangeState | undefined {
  return CHANGE_TRANSITIONS[state][trigger];
}

/** Nothing more happens to it. */
export function isChangeOver(state: ChangeState): boolean {
  return Object.keys(CHANGE_TRANSITIONS[state]).length === 0;
}

/** It has, or may have, a pull request that waits for people. */
export function isChangeOpen(state: ChangeState): boolean {
  return "closed" in CHANGE_TRANSITIONS[state];
}

/** Ends that let the step succeed: the trouble is gone, or all is done that the mode allows. Every other end fails it with the state's name. */
export const GOOD_ENDS: ReadonlySet<ChangeState> = new Set(["verified", "healed", "shown"]);

export const STEP_TRANSITIONS: Readonly<Record<StepState, readonly StepState[]>> = {
  pending: ["running", "skipped", "failed"],
  running: ["succeeded", "failed"],
  succeeded: [],
  failed: [],
  skipped: [],
};

/** A run that is to end while a claim is live waits in `ending` for the late result. */
export const PHASE_TRANSITIONS: Readonly<Record<Phase, readonly Phase[]>> = {
  running: ["succeeded", "failed", "ending", "stopped"],
  ending: ["stopped"],
  succeeded: [],
  failed: [],
  stopped: [],
};

/** Every function of the real process killed (SIGKILL) at each of its places: nothing lost, nothing done twice. */
import { afterAll, describe, expect, it } from "vitest";
import { finish, type Life, live, type Told, withFolder } from "./run-story.ts";

interface Target {
  readonly name: string;
  /** `place:count`, or `place:count:Kind`. */
  readonly places: readonly string[];
  /** Lives before the one that is killed there, each with its own end. */
  readonly before?: readonly Life[];
  /** How the story is told. */
  readonly life?: Life;
  readonly end: Partial<Told>;
}

const FIXED: Partial<Told> = { phase: "succeeded", changes: ["verified"], runs: 1, pulls: 1, merges: 1, issues: 0, repeated: 0 };
const TIMED_OUT: Partial<Told> = { phase: "failed", changes: [], runs: 1, pulls: 0, merges: 0, issues: 1, repeated: 0 };
const CLEARED: Partial<Told> = { phase: "succeeded", changes: [], runs: 1, pulls: 0, merges: 0, issues: 1, repeated: 0, jobs: 4 };

/** Around an effect: what claims an owed event. */
const EFFECT = ["before-claim:1", "after-claim:1", "after-effect:1", "after-write:1"] as const;

/** The step may take this long; a process that dies within it and starts again afterwards finds it overdue. */
const SHORT: Life = { findTimeout: "1s" };
const STEP_WORKS = "tool-call:after-claim:1";

const TARGETS: readonly Target[] = [
  ...["gitea-push", "tool-call", "change-plan", "change-propose", "notify", "approval-comment", "change-merge", "change-verify"].map((name) => ({
    name,
    places: EFFECT,
    end: FIXED,
  })),
  { name: "run-advance", places: EFFECT, before: [{ ...SHORT, crashAt: STEP_WORKS }], life: SHORT, end: TIMED_OUT },
  // Of two dozen jobs one action clears twenty, so the four that stay show that nothing was done a second time.
  { name: "safe-action", places: EFFECT, life: { scenario: "finished-jobs" }, end: CLEARED },
  // The incident's lock first, then its run; then what the run owes is posted.
  {
    name: "alert-fired",
    places: ["before-store:1:Lock", "after-store:1:Lock", "before-store:1:Run", "after-store:1:Run", "after-post:1"],
    end: FIXED,
  },
  // The hook's own half: the statement, then the run that notes it.
  {
    name: "approval-comment",
    places: ["before-store:1:Approval", "after-store:1:Approval", "after-store:2:Run", "after-post:1"],
    end: FIXED,
  },
  // At the start: the repository's standing run.
  { name: "cron-tick", places: ["before-store:1:Run", "after-store:1:Run", "after-post:1"], end: FIXED },
  // A statement that was written and not noted: it is the sweep that adopts it.
  {
    name: "cron-tick adopting",
    places: ["before-store:1:Run", "after-store:1:Run"],
    before: [{ crashAt: "approval-comment:after-store:1:Approval" }],
    end: FIXED,
  },
];

/** Kills by function and place; a place that was never reached would be a zero. */
const kills = new Map<string, number>();
let begun = 0;

/** One place for each function in the everyday run; all of them in `npm run chaos`. */
const all = process.env["ANCHORWATCH_ALL_KILLS"] === "1";
const cases = TARGETS.flatMap((target, at) =>
  (all ? target.places : [target.places[at % target.places.length] ?? "after-effect:1"]).map((place) => ({ ...target, place })),
);

async function die(data: string, life: Life): Promise<void> {
  const { signal, out } = await live(data, life);
  expect(signal, `${life.crashAt} was never reached: ${out}`).toBe("SIGKILL");
  const where = (life.crashAt ?? "").replace(/:\d+/, "").replaceAll(":", " ");
  kills.set(where, (kills.get(where) ?? 0) + 1);
}

describe.concurrent("a kill", { timeout: 300_000 }, () => {
  it.each(cases)("of $name $place loses nothing and does nothing twice", async ({ name, place, before = [], life = {}, end }) => {
    begun += 1;
    await withFolder(async (data) => {
      for (const earlier of before) await die(data, earlier);
      await die(data, { ...life, crashAt: `${name.split(" ", 1)[0] ?? name}:${place}` });
      expect(await finish(data, life)).toMatchObject(end);
    });
  });
});

afterAll(() => {
  console.log([...kills].map(([where, count]) => `${count} ${count === 1 ? "kill" : "kills"} of ${where}`).join("\n"));
  if (begun < cases.length) return; // Because somebody asked for a few of them by name.
  const reached = new Set([...kills.keys()].map((where) => where.split(" ", 1)[0]));
  const functions = new Set(TARGETS.map(({ name }) => name.split(" ", 1)[0]));
  expect([...functions].filter((name) => !reached.has(name))).toEqual([]);
});

/** Every story at once: several troubles in one cluster stay apart, each with one run, one pull request for its cause, and no line more than its fix needs. */
import { afterEach, expect, it } from "vitest";
import { allAtOnce, type Part, PARTS } from "../../functions/core/local/scenarios/all-at-once.ts";
import { ACTUATOR_LEDGER } from "../../functions/core/local/cluster/actuator.ts";
import type { Run } from "../../functions/core/records/run.ts";
import { FIXES, mergedLines } from "./fixes.ts";
import { breakAndAlert, type Flow, openFlow } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

const LIMIT_MS = 120_000;
/** By the clock of the flow. */
const AGAIN_MS = 20_000;

async function incidents(): Promise<readonly Run[]> {
  return (await flow.store.list("Run", { limit: 500 })).items.map(({ record }) => record).filter(({ incident }) => incident !== undefined);
}

function isOver({ phase, outbox }: Run): boolean {
  return phase !== "running" && phase !== "ending" && outbox.length === 0;
}

/** Alertmanager posts what fires, and Ada says yes to what is proposed, again where it was too early, until every run has ended. */
async function untilAllOver(): Promise<readonly Run[]> {
  const saidAt = new Map<number, number>();
  const limit = Date.now() + LIMIT_MS;
  for (;;) {
    await flow.alert();
    const runs = await incidents();
    if (runs.length >= PARTS.length && runs.every(isOver)) return runs;
    if (Date.now() > limit) throw new Error(`not over: ${runs.map(words).join("; ")}`);
    const open = runs.flatMap(({ changes }) => changes).filter(({ state }) => state === "proposed");
    await flow.aSecondLater();
    for (const { pullRequest = 0 } of open) {
      if (flow.clock.now() - (saidAt.get(pullRequest) ?? 0) < AGAIN_MS) continue;
      saidAt.set(pullRequest, flow.clock.now());
      expect(await flow.comment("ada", pullRequest, "/approve")).toBe(201);
    }
  }
}

function words({ incident, phase, changes, warnings }: Run): string {
  return [incident?.title, phase, changes.at(-1)?.state, ...warnings].join(" ");
}

/** The run's end in the words of its scenario; what differs shows as it is. */
function endOf({ phase, changes, thread, outcome = "" }: Run): string {
  const states = changes.map(({ state }) => state);
  if (phase !== "succeeded" || states.length > 0) return states.join(", ");
  return outcome.includes("went away by itself") ? "recovered" : thread?.kind === "issue" ? "told" : outcome;
}

/** The lines of a part's fix: those of its scenario, in the folder of its own app. */
function fixOf({ about, scenario }: Part): readonly (readonly string[])[] {
  const lines = FIXES[scenario.name];
  return lines ? [lines.map((line) => line.replaceAll(/\bshop\b/g, about.replace("web/", "")))] : [];
}

it(
  "each trouble gets one run, one pull request for its cause and the lines of its fix alone, and ends as it does when it is alone",
  async () => {
    flow = await openFlow({ scenario: allAtOnce, minuteMs: 2_000, speed: 4 });
    await breakAndAlert(flow, allAtOnce);
    const runs = await untilAllOver();
    const ends = runs.map((run) => `${run.incident?.title.split(" ")[1] ?? ""}: ${endOf(run)}`);
    expect(ends.toSorted()).toEqual(PARTS.map(({ about, scenario }) => `${about}: ${scenario.end}`).toSorted());
    const fixes = PARTS.flatMap(fixOf);
    const sorted = (all: readonly (readonly string[])[]): string[] => all.map((lines) => lines.join("\n")).toSorted();
    expect(sorted(await mergedLines(flow))).toEqual(sorted(fixes));
    expect(flow.ledger("POST /pulls")).toHaveLength(fixes.length);
    expect(flow.local.world.documents.readLedger(ACTUATOR_LEDGER)).toHaveLength(20);
  },
  LIMIT_MS + 60_000,
);

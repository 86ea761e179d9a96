/** Scheduled runs: each due time starts at most one, whoever looks how often and whatever was missed. */
import { describe, expect, it } from "vitest";
import type { CompiledPipeline } from "../../../functions/core/records/pipeline.ts";
import { publishPipeline } from "../../../functions/core/shell/pipelines.ts";
import { startDueSchedules } from "../../../functions/core/shell/schedules.ts";
import { aShell, type Bench, DAY_MS, NOW } from "./a-shell.ts";

const REPOSITORY = { id: 7, name: "home/gitops", defaultBranch: "main" };
const HOUR_MS = 3_600_000;

function nightly(cron = "0 6 * * *", timezone = "UTC"): CompiledPipeline {
  return { name: "nightly", on: { schedule: { cron, timezone } }, steps: [{ id: "find", needs: [], tool: "find_problems", with: {} }] };
}

async function publish(bench: Bench, compiled: CompiledPipeline, repository = REPOSITORY): Promise<void> {
  const source = { repository: { id: repository.id, name: repository.name }, path: ".anchorwatch/pipelines/nightly.yaml", commit: "e".repeat(40) };
  await publishPipeline(bench.shell, "pipeline-nightly", { schema: 1, source, valid: true, compiled, compiledFrom: source.commit });
}

async function dueTimes(bench: Bench): Promise<string[]> {
  const runs = (await bench.store.list("Run", { limit: 500 })).items;
  return runs.map(({ record }) => new Date(record.spec.trigger.at ?? 0).toISOString()).toSorted();
}

/** The first six o'clock after the moment at which the tests begin. */
const SIX = Math.ceil((NOW - 6 * HOUR_MS) / DAY_MS) * DAY_MS + 6 * HOUR_MS;
const named = (...days: readonly number[]): string[] => days.map((day) => new Date(SIX + day * DAY_MS).toISOString());

describe("a schedule", () => {
  it("starts one run for each time that it is due at, however often it is looked", async () => {
    const bench = aShell();
    await publish(bench, nightly());
    for (let minute = 0; minute < 3 * 24 * 60; minute += 7) {
      bench.at(SIX - HOUR_MS + minute * 60_000);
      await Promise.all([startDueSchedules(bench.shell, [REPOSITORY]), startDueSchedules(bench.shell, [REPOSITORY])]);
    }
    expect(await dueTimes(bench)).toEqual(named(0, 1, 2));
    const [run] = (await bench.store.list("Run")).items;
    expect(run?.record).toMatchObject({ spec: { trigger: { kind: "schedule" }, pipeline: { name: "nightly" } }, steps: [{ id: "find", state: "running" }] });
    expect(bench.posted).toHaveLength(3);
  });

  it("makes up once for what an outage of days missed", async () => {
    const bench = aShell();
    await publish(bench, nightly("0 * * * *"));
    bench.at(SIX + 5 * DAY_MS);
    for (let look = 0; look < 3; look += 1) await startDueSchedules(bench.shell, [REPOSITORY]);
    expect(await dueTimes(bench)).toEqual(named(5));
  });

  it("makes up for nothing that was due before it came into force, or more than a week ago", async () => {
    const fresh = aShell();
    fresh.at(SIX + 60_000);
    await publish(fresh, nightly());
    expect(await startDueSchedules(fresh.shell, [REPOSITORY])).toBe(0);
    const late = aShell();
    await publish(late, nightly("0 6 1 * *"));
    const first = Date.UTC(new Date(NOW).getUTCFullYear(), new Date(NOW).getUTCMonth() + 1, 1, 6);
    late.at(first + 8 * DAY_MS);
    expect(await startDueSchedules(late.shell, [REPOSITORY])).toBe(0);
  });

  it("counts anew when it is changed, and not when only another part of its file is", async () => {
    const bench = aShell();
    await publish(bench, nightly("0 5 * * *"));
    bench.at(SIX + HOUR_MS);
    await publish(bench, nightly("0 6 * * *"));
    expect(await startDueSchedules(bench.shell, [REPOSITORY])).toBe(0);
    bench.at(SIX + DAY_MS + HOUR_MS);
    await publish(bench, { ...nightly("0 6 * * *"), description: "as before" });
    expect(await startDueSchedules(bench.shell, [REPOSITORY])).toBe(1);
  });

  it("of a repository that is not watched starts nothing", async () => {
    const bench = aShell();
    await publish(bench, nightly(), { ...REPOSITORY, id: 8 });
    bench.at(SIX);
    expect(await startDueSchedules(bench.shell, [REPOSITORY])).toBe(0);
  });
});

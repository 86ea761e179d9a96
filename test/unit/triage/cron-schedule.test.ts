import { describe, expect, it } from "vitest";
import { dueBefore, scheduleProblem } from "../../../functions/core/triage/cron-schedule.ts";

const NOW = Date.parse("2026-11-25T08:00:00Z");
const iso = (times: readonly number[] | undefined): string[] => (times ?? []).map((time) => new Date(time).toISOString());

describe("when a cron job was due", () => {
  it("counts in its time zone", () => {
    expect(iso(dueBefore("0 3 * * *", "Europe/Berlin", NOW)?.last).slice(0, 2)).toEqual(["2026-11-25T02:00:00.000Z", "2026-11-24T02:00:00.000Z"]);
  });
  it("allows for the controller's own zone where none is named, and for none where one is", () => {
    expect(dueBefore("0 3 * * *", undefined, NOW)?.toleranceMs).toBe(24 * 3_600_000);
    expect(dueBefore("*/5 8-18 * * *", undefined, NOW)?.toleranceMs).toBe(24 * 3_600_000);
    expect(dueBefore("*/5 * * * *", undefined, NOW)?.toleranceMs).toBe(5 * 60_000);
    expect(dueBefore("0 3 * * *", "Europe/Berlin", NOW)?.toleranceMs).toBe(0);
    expect(dueBefore("CRON_TZ=Europe/Berlin 0 3 * * *", undefined, NOW)?.toleranceMs).toBe(0);
  });
  it("knows Kubernetes' own words", () => {
    expect(dueBefore("@every 1h30m", undefined, NOW)?.intervalMs).toBe(5_400_000);
    expect(dueBefore("@hourly", "UTC", NOW)?.intervalMs).toBe(3_600_000);
  });

  it.each([
    ["0 0 30 2 *", undefined, /never due/],
    ["0 0 31 4 *", undefined, /never due/],
    ["0 3 * * *", "Europe/Berlni", /time zone Europe\/Berlni/],
    ["every night", undefined, /cannot be read/],
  ])("is never for %s in %s", (schedule, zone, words) => expect(scheduleProblem(schedule, zone, NOW)).toMatch(words));

  it.each(["0 0 29 2 *", "0 0 30 2 1", "@weekly", "@every 10m", "*/15 8-18 * * MON-FRI", "0 0 ? * *"])("is some day for %s", (schedule) => {
    expect(scheduleProblem(schedule, undefined, NOW)).toBeUndefined();
  });
});

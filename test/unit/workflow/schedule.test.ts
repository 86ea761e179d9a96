/** Schedules: what is refused when the file is read, and when they are due, also when the clock jumps. */
import { describe, expect, it } from "vitest";
import { lastDue } from "../../../functions/core/workflow/schedule.ts";
import { compiled, problemsOf } from "./workflow-file.ts";

const step = "- { id: find, tool: find_problems }";
const file = (on: string, steps = step): string => `name: heal\non: ${on}\nsteps:\n  ${steps}\n`;

describe("a schedule in a workflow file", () => {
  it("is five fields and a time zone, which is UTC where it names none", () => {
    expect(compiled(file("{ schedule: { cron: '0 6 * * *', timezone: Europe/Berlin } }")).on).toEqual({
      schedule: { cron: "0 6 * * *", timezone: "Europe/Berlin" },
    });
    expect(compiled(file("{ schedule: { cron: '@daily' } }")).on).toEqual({ schedule: { cron: "@daily", timezone: "UTC" } });
  });

  const fields = "2:25: `cron`: has to be five fields (minute, hour, day, month, weekday) like `0 6 * * *`";
  it.each([
    ["every second", "{ schedule: { cron: '* * * * * *' } }", [fields]],
    ["words", "{ schedule: { cron: 'every now and then it' } }", [fields]],
    ["an hour that no day has", "{ schedule: { cron: '0 25 * * *' } }", [fields]],
    ["a day that no year has", "{ schedule: { cron: '0 6 31 2 *' } }", ["2:25: `cron`: is never due: there is no such day"]],
    ["a zone that nobody knows", "{ schedule: { cron: '0 6 * * *', timezone: Mars } }", ["2:48: `timezone`: is no time zone; write one like `Europe/Berlin`"]],
    ["no cron", "{ schedule: { timezone: UTC } }", ["2:17: `cron` is missing"]],
    ["a misspelled key", "{ schedule: { cron: '@daily', timezon: UTC } }", ["2:35: unknown key `timezon`; did you mean `timezone`?"]],
    [
      "an alert beside it",
      "{ schedule: { cron: '@daily' }, alert: { a: b } }",
      ["2:17: `schedule` stands alone: put the other trigger into a file of its own"],
    ],
    ["no trigger at all", "{}", ["2:5: `on` needs a trigger: `alert`, `schedule` or `comment`"]],
  ])("is refused with %s", (_what, on, problems) => {
    expect(problemsOf(file(on))).toEqual(problems);
  });

  it("has no alert that a step could read, and says so when the file is read", () => {
    const text = file("{ schedule: { cron: '@daily' } }", '- { id: find, tool: find_problems, with: { alert: "${{ alert.labels }}" } }');
    expect(problemsOf(text)[0]).toMatch(/^4:\d+: Unknown variable: alert/);
  });
});

describe("when a schedule was due", () => {
  const berlin = (cron: string, now: string): string => new Date(lastDue({ cron, timezone: "Europe/Berlin" }, Date.parse(now)) ?? 0).toISOString();

  it.each([
    ["a second before", "0 6 * * *", "2026-11-25T04:59:59.999Z", "2026-11-24T05:00:00.000Z"],
    ["at its very moment", "0 6 * * *", "2026-11-25T05:00:00.000Z", "2026-11-25T05:00:00.000Z"],
    ["in summer, an hour earlier by UTC", "0 6 * * *", "2026-07-01T05:00:00.000Z", "2026-07-01T04:00:00.000Z"],
    ["in the hour that spring leaves out: once, when the clock has jumped", "30 2 * * *", "2026-03-29T12:00:00.000Z", "2026-03-29T01:00:00.000Z"],
    ["in the hour that autumn has twice: the first time", "30 2 * * *", "2026-10-25T00:45:00.000Z", "2026-10-25T00:30:00.000Z"],
    ["in the hour that autumn has twice: and only that", "30 2 * * *", "2026-10-25T01:45:00.000Z", "2026-10-25T00:30:00.000Z"],
  ])("%s", (_what, cron, now, due) => {
    expect(berlin(cron, now)).toBe(due);
  });
});

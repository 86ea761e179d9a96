import { describe, expect, it } from "vitest";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { differences } from "../../../scripts/cli/diagnose-watch.ts";
import { painter } from "../../../scripts/cli/diagnosis-text.ts";
import { recorded, RECORDED_AT } from "../triage/recorded.ts";

const crash = diagnose(recorded("kubernetes/crash", "kubernetes/crash-owners"), RECORDED_AT).causes;
const pull = diagnose(recorded("kubernetes/pull"), RECORDED_AT).causes;

/** The lines without their times. */
function told(before: typeof crash, after: typeof crash): string[] {
  return differences(before, after, painter(false)).map((line) => line.replace(/^\d\d:\d\d:\d\d /, "").slice(0, 40));
}

describe("what is told between two looks", () => {
  it("is what came and what went", () => {
    expect(told(crash, pull)).toEqual([expect.stringMatching(/^✗ Pod f-pull\/pull/), expect.stringMatching(/^✓ gone: Deployment f-crash\/crash/)]);
  });

  it("is nothing while the same trouble stays, whichever pod shows it", () => {
    expect(told(crash, crash)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { Run } from "../../../functions/core/records/run.ts";
import { painter } from "../../../scripts/cli/diagnosis-text.ts";
import { createRunTable, type Screen } from "../../../scripts/cli/run-table.ts";
import { proposedStory, startStory } from "../engine/a-story.ts";

const { createdAt } = startStory().run;
const now = createdAt + 10_000;

function titled(run: Run, title: string): Run {
  return { ...run, createdAt, incident: { key: title, title, alerts: [], more: 0 } };
}

const began = titled(startStory().run, "KubePodCrashLooping web/shop");
const proposed = titled(proposedStory().run, "KubePodCrashLooping web/shop");
const ended: Run = { ...titled(startStory().run, "KubeNodeNotReady pi3"), phase: "succeeded", endedAt: createdAt + 2_500, outbox: [] };

/** What is written, and what a terminal would show of it. */
function screen(about: Omit<Screen, "write"> = {}): Screen & { written(): string; shown(): string[] } {
  let text = "";
  const shown = (): string[] => {
    const lines: string[] = [];
    let at = 0;
    for (const [, up, line] of text.matchAll(/(?:\u001b\[(\d+)A)|(?:(?:\u001b\[2K)?([^\n\u001b]*)\n)/g)) {
      if (up === undefined) {
        lines[at] = line ?? "";
        at += 1;
      } else at -= Number(up);
    }
    return lines;
  };
  return { ...about, write: (more) => (text += more), written: () => text, shown };
}

function tell(on: Screen, ...looks: readonly (readonly Run[])[]): void {
  const table = createRunTable(on, painter(false));
  for (const runs of looks) table.show(runs, now);
  table.end(looks.at(-1) ?? [], now);
}

const HEAD = "INCIDENT                              PHASE        PULL   TIME      WAITS FOR";
const BEGAN = "KubePodCrashLooping web/shop          running             10.0 s    step find";
const PROPOSED = "KubePodCrashLooping web/shop          proposed     #12    10.0 s    a yes";
const ENDED = "KubeNodeNotReady pi3                  succeeded           2.5 s";

describe("the table of runs", () => {
  it("stays one table on a terminal, redrawn in place as runs come and move", () => {
    const terminal = screen({ isTTY: true, columns: 120, rows: 24 });
    tell(terminal, [began], [began, ended], [proposed, ended]);
    expect(terminal.shown()).toEqual([HEAD, PROPOSED, ENDED]);
  });

  it("cuts rows at the terminal's width, because a row of two lines could not be redrawn", () => {
    const terminal = screen({ isTTY: true, columns: 40, rows: 24 });
    tell(terminal, [began], [proposed]);
    expect(terminal.shown().map((line) => line.length <= 39)).toEqual([true, true]);
  });

  it("elsewhere is a line for what is new, and the whole table at the end, without a control character", () => {
    const file = screen();
    tell(file, [began], [began], [proposed, ended], [proposed, ended]);
    expect(file.written().split("\n")).toEqual([HEAD, BEGAN, PROPOSED, ENDED, "", HEAD, PROPOSED, ENDED, ""]);
  });

  it("is told in lines where the terminal is too low for it", () => {
    const low = screen({ isTTY: true, columns: 120, rows: 4 });
    tell(low, [began, ended]);
    expect(low.written()).not.toContain("\u001b");
  });

  it("shows no sequence that came in with a title", () => {
    const file = screen();
    tell(file, [titled(began, "Evil \u001b[2Jweb/shop")]);
    expect(file.written()).not.toContain("\u001b");
  });
});

/** Runs every row of the table of approvals, a few at once. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, type BenchParts, openBench } from "./bench.ts";
import { ALONE } from "./commands.ts";
import { TABLE } from "./table.ts";
import type { Row } from "./turns.ts";

export interface Opened {
  readonly parts: BenchParts;
  close(): Promise<void> | void;
}

export function approvalTable(forge: "local" | "real", setup: () => Promise<Opened>): void {
  describe("the table of approvals", () => {
    let opened: Opened;
    let bench: Bench;
    beforeAll(async () => {
      opened = await setup();
      bench = await openBench(opened.parts);
    }, 240_000);
    afterAll(() => opened.close());

    const here = TABLE.filter((row) => row.only === undefined || row.only === forge).map((row) => [`${row.title} (${row.area}): ${row.end}`, row] as const);
    const check = async (row: Row): Promise<void> => {
      const at = await bench.open(row);
      for (const turn of row.turns) await turn(at);
      await at.settled();
      const answers = await bench.answers(at);
      expect({ answers: answers.toSorted(), end: await bench.end(at) }).toEqual({ answers: row.answers.toSorted(), end: row.end });
    };
    it.concurrent.each(here.filter(([, row]) => !ALONE.includes(row)))("%s", (_name, row) => check(row), 240_000);
    it.each(here.filter(([, row]) => ALONE.includes(row)))("%s", (_name, row) => check(row), 240_000);
  });
}

/** ARCHITECTURE.md shows the functions as they are defined. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { flowTable } from "../../functions/core/boot/flow-table.ts";

describe("the architecture page", () => {
  it("has the table and the picture that the function definitions give", () => {
    const page = readFileSync("ARCHITECTURE.md", "utf8");
    const shown = /<!-- functions:[^\n]*-->\n([\s\S]*?)\n<!-- \/functions -->/.exec(page)?.[1];
    expect(shown).toBe(flowTable());
  });
});

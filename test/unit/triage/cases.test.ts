import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { formatObject } from "../../../functions/core/records/fields.ts";
import { readCase } from "./a-case.ts";

const paths = readdirSync("test/cases", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".yaml"))
  .map((path) => `test/cases/${path}`)
  .sort();

describe("a small cluster, and every cause that is told of it", () => {
  it("has cases", () => expect(paths.length).toBeGreaterThan(0));

  it.each(paths)("%s", (path) => {
    const { objects, now, expect: expected } = readCase(path);
    const { causes } = diagnose(objects, Date.parse(now));
    const told = causes.map((cause) => `${formatObject(cause.object)}: ${cause.category}`);
    expect(told.sort()).toEqual(expected.map(({ object, category }) => `${object}: ${category}`).sort());
    for (const { object, category, says, effects, changes } of expected) {
      const cause = causes.find((one) => formatObject(one.object) === object && one.category === category);
      for (const words of says) expect(`${cause?.title}\n${cause?.detail}`.toLowerCase()).toContain(words.toLowerCase());
      if (effects) expect(cause?.effects?.map((effect) => formatObject(effect.object)).sort() ?? []).toEqual([...effects].sort());
      if (changes) expect(cause?.changes?.map((change) => `${formatObject(change.object)}: ${change.what}`) ?? []).toEqual(changes);
    }
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Inverted, invertFiles } from "../../../functions/core/changes/invert.ts";

const before = "# the shop\nimage:   'shop:1'   # pinned\nreplicas: 1\nenv:\n  A: x\n  B: y\n  C: z\n";
const after = before.replace("shop:1", "shop:2").replace("  C: z\n", "");

function invert(current: string | undefined, texts: { before: string | undefined; after: string | undefined }): Inverted {
  return invertFiles(new Map([["f.yaml", current]]), [{ path: "f.yaml", ...texts }]);
}
const content = (inverted: Inverted): string | undefined => ("edits" in inverted ? inverted.edits[0]?.content : inverted.conflict);

describe("taking a commit's change to a file back", () => {
  it("gives the very bytes from before when nothing else changed, whatever the line ends", () => {
    for (const shape of [
      (text: string) => text,
      (text: string) => text.replaceAll("\n", "\r\n"),
      (text: string) => text.trimEnd(),
      (text: string) => `\ufeff${text}`,
    ]) {
      expect(content(invert(shape(after), { before: shape(before), after: shape(after) }))).toBe(shape(before));
    }
  });
  it("keeps what changed elsewhere since, comments and quoting included", () => {
    expect(content(invert(after.replace("replicas: 1\nenv:", "replicas: 1\n# why\nenv:"), { before, after }))).toBe(
      before.replace("replicas: 1\nenv:", "replicas: 1\n# why\nenv:"),
    );
  });
  it("keeps CRLF and a missing last newline when it merges", () => {
    const crlf = (text: string): string => text.replaceAll("\n", "\r\n").trimEnd();
    const now = `# new head\r\n\r\n${crlf(after)}`;
    expect(content(invert(now, { before: crlf(before), after: crlf(after) }))).toBe(`# new head\r\n\r\n${crlf(before)}`);
  });
  it("refuses where the same line, or the line beside it, changed since, and names it", () => {
    expect(invert(after.replace("shop:2", "shop:3"), { before, after })).toEqual({ conflict: "line 2 of f.yaml was changed again since" });
    expect(invert(after.replace("replicas: 1", "replicas: 2"), { before, after })).toMatchObject({ conflict: expect.stringMatching(/line 3/) });
    expect(invert(after.replace("# the shop", "# our shop"), { before, after })).toMatchObject({ conflict: expect.stringMatching(/line 1/) });
    expect(invert(after.replace("replicas", "# why\nreplicas"), { before, after })).toMatchObject({ conflict: expect.stringMatching(/line 3/) });
  });
  it("does not mistake an equal block elsewhere for the one that changed", () => {
    const block = (name: string, value: string): string => `${name}:\n  a: 1\n  b: ${value}\n  c: 3\n`;
    const was = block("x", "1") + block("y", "1");
    const is = block("x", "1") + block("y", "2");
    expect("conflict" in invert(block("x", "2") + block("z", "9"), { before: was, after: is })).toBe(true);
  });
  it("deletes what was created, restores what was deleted, and refuses both when somebody went on from there", () => {
    expect(invert("a", { before: undefined, after: "a" })).toEqual({ edits: [{ path: "f.yaml", content: undefined }] });
    expect(invert(undefined, { before: "a", after: undefined })).toEqual({ edits: [{ path: "f.yaml", content: "a" }] });
    expect(invert("b", { before: undefined, after: "a" })).toEqual({ conflict: "f.yaml was changed since it was created" });
    expect(invert("b", { before: "a", after: undefined })).toEqual({ conflict: "f.yaml was created again since" });
    expect(invert(undefined, { before: "a", after: "b" })).toEqual({ conflict: "f.yaml was deleted since" });
  });
  it("says when it is all taken back already", () => {
    expect(invert(before, { before, after })).toEqual({ conflict: "everything is taken back already" });
  });
  it("undoes any change to any text, and applying both ways ends where it began", () => {
    const text = fc.array(fc.constantFrom("a\n", "b\n", "c\r\n", "\n", "d")).map((lines) => lines.join(""));
    fc.assert(
      fc.property(text, text, (one, two) => {
        fc.pre(one !== two);
        expect(content(invert(two, { before: one, after: two }))).toBe(one);
      }),
      { numRuns: 200 },
    );
  });
  it("merges changes at a distance like two hands that never met", () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}\n`);
    const put = (at: number, value: string, base = lines): string[] => base.map((line, index) => (index === at ? value : line));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 15, max: 29 }), fc.constantFrom("", "x\n", "x\ny\n"), (a, b, value) => {
        const changedAfter = put(a, "changed\n");
        expect(content(invert(put(b, value, changedAfter).join(""), { before: lines.join(""), after: changedAfter.join("") }))).toBe(put(b, value).join(""));
      }),
      { numRuns: 100 },
    );
  });
});

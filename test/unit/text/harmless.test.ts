/** Text of unknown origin: what it may not do to a forge's page, to a person's terminal, to their eyes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { codeBlock, disarm, forTerminal, inlineCode, oneLine, prose, stripInvisible } from "../../../functions/core/text/harmless.ts";

test.each([
  ["colours", "a\u001b[1;31mred\u001b[0mb", "aredb"],
  ["a link by OSC 8", "\u001b]8;;http://e\u0007text\u001b]8;;\u001b\\!", "text!"],
  ["a window title", "\u001b]0;title\u0007x", "x"],
  ["8-bit control sequences", "a\u009b2Jb\u009d0;t\u009cc", "abc"],
  ["cursor movement and erasing", "no\r\u001b[2Kyes", "no\nyes"],
  ["NUL, bell, backspace, delete", "a\u0000\u0007b\u0008\u007f", "ab"],
  ["direction overrides", "\u202eabc\u2066d\u2069", "abcd"],
  ["zero width, soft hyphen, BOM", "a\u200bb\u00adc\ufeff", "abc"],
  ["tag characters", "x\u{e0041}\u{e0042}y", "xy"],
  ["variation selectors", "x\ufe01\u{e0101}y", "xy"],
  ["lone surrogates", "a\ud800b", "ab"],
])("%s are taken out", (_, text, left) => {
  expect(stripInvisible(text)).toBe(left);
  expect(forTerminal(text)).toBe(left);
});

test("a sequence that does not end hides nothing of what follows", () => {
  expect(forTerminal("before\u001b]0;title and the evidence\nnext line")).toContain("and the evidence\nnext line");
});

test("line feeds, tabs and letters of every script stay", () => {
  expect(stripInvisible("ä\tb\n日本 é 🙂")).toBe("ä\tb\n日本 é 🙂");
});

test("a code block cannot be left from inside", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("`", "```", "````", "~~~", "\n", "x", "</code>", " "), { maxLength: 30 }), (parts) => {
      const [open, ...rest] = codeBlock(parts.join(""), "diff").split("\n");
      const fence = open?.replace("diff", "") ?? "";
      expect(rest.at(-1)).toBe(fence);
      expect(rest.slice(0, -1).some((line) => line.includes(fence))).toBe(false);
    }),
  );
});

test("inline code stays on one line, holds backticks, and does not end a table's cell", () => {
  expect(inlineCode("a\nb")).toBe("`a b`");
  expect(inlineCode("`x`")).toBe("`` `x` ``");
  expect(inlineCode("a|b", { inTable: true })).toBe("`a\\|b`");
  expect(inlineCode("")).toBe("`(empty)`");
});

test("a sentence formats nothing, links nothing, calls nobody, closes nothing", () => {
  const text = prose("![x](http://e/?q=1) [l]: <img src=x> @alice closes #12 and !3 $a$ **b** `c` www.e.org &lt;");
  expect(text).not.toMatch(/(?<!\\)[`*_[\]<>|~$&]/);
  expect(text).not.toMatch(/:\/\/|www\.|@\w|#\d|!\d/);
  expect(text).toContain("＠alice closes ＃12 and ！3");
});

test.each(["# title", "- item", "+ item", "= x", "> quote", "1. one", "1) one", "| a |", "~~~", "```"])("%j at its beginning stays a sentence", (text) => {
  expect(prose(text)).toMatch(/^(?:\\|\d\\)/);
});

test("titles and commit messages lose what a forge acts on, and nothing else", () => {
  expect(disarm('Undo "fix: closes #3, see https://e.org by a@b" #shop!')).toBe('Undo "fix: closes ＃3, see https[:]//e.org by a＠b" #shop!');
});

test("a line is cut with a mark, and not in the middle of a character", () => {
  expect(oneLine("abcdef", 4)).toBe("abc…");
  expect(oneLine("ab🙂🙂", 4)).toBe("ab…");
});

test("whatever is hostile is handled in linear time", () => {
  for (const piece of ["\u001b]", "\u009d", "\u001b[", "`", "\n", "\u001b[0", "@#!"]) {
    const text = `${piece.repeat(300_000)}x`;
    const started = performance.now();
    stripInvisible(text);
    codeBlock(text);
    expect(performance.now() - started, JSON.stringify(piece)).toBeLessThan(1500);
  }
});

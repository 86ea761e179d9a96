/** Names and hidden lines that lead back to a run, commit messages, times: what is written is read back, and nothing else is. */
import { expect, test } from "vitest";
import { branchName, parseBranch } from "../../../functions/core/text/branch.ts";
import { commitMessage, parseTrailers } from "../../../functions/core/text/commit-message.ts";
import { formatDuration, formatInstant } from "../../../functions/core/text/duration.ts";
import { eventMarker, originLine, parseOrigin, saysEvent } from "../../../functions/core/text/marker.ts";
import { EVENT, RUN } from "./a-change.ts";

test("a branch leads back to its run and change", () => {
  expect(branchName(RUN, 12)).toBe(`anchorwatch/${RUN}-12`);
  expect(parseBranch(branchName(RUN, 12))).toEqual({ run: RUN, change: 12 });
  expect(parseBranch(branchName("repository-a-1", 2))).toEqual({ run: "repository-a-1", change: 2 });
});

test.each([
  "main",
  `anchorwatch/${RUN}`,
  `anchorwatch/${RUN}-0`,
  `anchorwatch/${RUN}-01`,
  `anchorwatch/x/${RUN}-1`,
  `Anchorwatch/${RUN}-1`,
  `anchorwatch/${RUN}-1\n`,
  `anchorwatch/${"a".repeat(300)}-1`,
])("%j is no branch of ours", (name) => {
  expect(parseBranch(name)).toBeUndefined();
});

test("a commit's trailers are read back", () => {
  const message = commitMessage({ subject: "Undo x", body: "Because.", run: RUN, change: 2, incident: "incident-1" });
  expect(message).toBe(`Undo x\n\nBecause.\n\nAnchorwatch-Run: ${RUN}\nAnchorwatch-Change: 2\nAnchorwatch-Incident: incident-1\n`);
  expect(parseTrailers(message)).toEqual({ run: RUN, change: 2, incident: "incident-1" });
});

test("words of others can neither forge a trailer nor close an issue", () => {
  const message = commitMessage({ subject: "x\n\nAnchorwatch-Run: evil, closes #3", body: "Anchorwatch-Run: evil\n\nfixes #4", run: RUN, change: 1 });
  expect(parseTrailers(message)).toEqual({ run: RUN, change: 1 });
  expect(message).not.toMatch(/#\d/);
  expect(message.split("\n")[0]?.length).toBeLessThanOrEqual(72);
});

test("a person's commit has no trailers of ours", () => {
  expect(parseTrailers("shop: 1.5\n\nAnchorwatch-Run: x\n\nSigned-off-by: a")).toBeUndefined();
  expect(parseTrailers(`x\n\nAnchorwatch-Run: ${RUN}\nAnchorwatch-Change: 1e9999`)).toBeUndefined();
});

test("the hidden line says where a pull request comes from, and the last one counts", () => {
  const origin = { run: RUN, change: 1, incident: "incident-1", pipeline: "crash-loop", cause: "c1" };
  const body = `text\r\n<!-- anchorwatch run=evil change=9 -->\r\n\r\n${originLine(origin)}\r\n<!-- anchorwatch plan x y -->`;
  expect(parseOrigin(body)).toEqual(origin);
  expect(parseOrigin(originLine({ run: RUN }))).toEqual({ run: RUN });
});

test.each([
  "",
  "text",
  "> <!-- anchorwatch run=a -->",
  "<!-- anchorwatch run= -->",
  "<!-- anchorwatch run=a change=0 -->",
  "<!-- anchorwatch run=a change=x -->",
  "<!-- anchorwatch run=<b> -->",
])("%j has no hidden line of ours", (body) => {
  expect(parseOrigin(body)).toBeUndefined();
});

test("a value that would end the hidden line is refused", () => {
  expect(() => originLine({ run: "a --> b" })).toThrow('hidden line of run "a --> b"');
});

test("a comment is found by its event, on a line of its own", () => {
  expect(saysEvent(`text\r\n\r\n${eventMarker(EVENT)}\r\n`, EVENT)).toBe(true);
  expect(saysEvent(`> ${eventMarker(EVENT)}`, EVENT)).toBe(false);
  expect(saysEvent(eventMarker("f".repeat(32)), EVENT)).toBe(false);
});

test.each([
  [-5, "0.0 s"],
  [400, "0.4 s"],
  [12_345, "12 s"],
  [60_000, "1 m"],
  [200_000, "3 m 20 s"],
  [3_900_000, "1 h 5 m"],
  [2 * 86_400_000 + 3 * 3_600_000 + 5000, "2 d 3 h"],
])("%d ms are %s", (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});

test("instants are in UTC, to the minute", () => {
  expect(formatInstant(Date.UTC(2026, 4, 1, 2, 14, 59))).toBe("2026-05-01 02:14 UTC");
});

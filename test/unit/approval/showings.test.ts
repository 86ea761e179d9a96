/** Which plan was before a person's eyes: only our own, unedited, last lines count, and only those older than the statement. */
import { expect, test } from "vitest";
import { boundDigest, findShowings, planMarker } from "../../../functions/core/approval/showings.ts";

const HEAD = "a".repeat(40);
const LATER = "b".repeat(40);
const [ONE, TWO] = ["1".repeat(64), "2".repeat(64)];
const US = 2;
const ALICE = 7;

function say(author: number, body: string, createdAt: number, updatedAt = createdAt) {
  return { author: { id: author }, body, createdAt, updatedAt };
}

function thread(comments: ReturnType<typeof say>[], description = `text\n\n${planMarker(HEAD, ONE)}`, author = US) {
  return findShowings({ pull: { author: { id: author }, body: description, createdAt: 10_000 }, comments, ourUserIds: [1, US] });
}

test("the description shows the first plan at the pull request's creation, a comment a later one at its own time", () => {
  expect(thread([say(US, `again\n${planMarker(LATER, TWO)}\r\n`, 20_000)])).toEqual([
    { head: HEAD, digest: ONE, shownAt: 10_000 },
    { head: LATER, digest: TWO, shownAt: 20_000 },
  ]);
});

test.each([
  ["by a person", say(ALICE, planMarker(LATER, TWO), 20_000)],
  ["quoted", say(US, `> ${planMarker(LATER, TWO)}`, 20_000)],
  ["not on the last line", say(US, `${planMarker(LATER, TWO)}\nmore`, 20_000)],
  ["in an edited comment", say(US, planMarker(LATER, TWO), 20_000, 25_000)],
  ["with a short commit", say(US, planMarker("abc", TWO), 20_000)],
])("a marker %s shows nothing", (_, comment) => {
  expect(thread([comment], "no marker")).toEqual([]);
});

test("the description of somebody else's pull request shows nothing", () => {
  expect(thread([], planMarker(HEAD, ONE), ALICE)).toEqual([]);
});

test("a yes takes the newest plan shown for its head before it was said", () => {
  const showings = thread([say(US, planMarker(HEAD, TWO), 20_000), say(US, planMarker(LATER, ONE), 21_000)]);
  expect(boundDigest(showings, { head: HEAD, saidAt: 19_000 })).toBe(ONE);
  expect(boundDigest(showings, { head: HEAD, saidAt: 22_000 })).toBe(TWO);
  expect(boundDigest(showings, { head: LATER, saidAt: 22_000 })).toBe(ONE);
});

test("the same second is not older", () => {
  expect(boundDigest(thread([]), { head: HEAD, saidAt: 10_999 })).toBeUndefined();
  expect(boundDigest(thread([]), { head: HEAD, saidAt: 11_000 })).toBe(ONE);
});

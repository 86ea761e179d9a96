/** Every notice: one clear sentence at least, harmless, found again by its event; the list is the catalog's. */
import { expect, test } from "vitest";
import { findShowings, planMarker } from "../../../functions/core/approval/showings.ts";
import { SaySchema } from "../../../functions/core/events/catalog.ts";
import { saysEvent } from "../../../functions/core/text/marker.ts";
import { notice } from "../../../functions/core/text/notices.ts";
import type { Say } from "../../../functions/core/text/say.ts";
import { change, DIGEST, EVENT, HEAD, incident, plan } from "./a-change.ts";

const options: readonly Say[] = SaySchema.options;

test.each(options)("%s is said in the thread and in the chat", (say) => {
  const { comment, title, text } = notice({ say, eventId: EVENT, change, incident });
  expect(comment.split("\n").at(-1)).toBe(`<!-- anchorwatch ${EVENT} -->`);
  expect(saysEvent(comment, EVENT)).toBe(true);
  expect(comment).not.toMatch(/^\/|!(?!-- )|undefined/m);
  expect(text).toMatch(/^[A-Z][^`*\\]+[.]$/);
  expect(title).toMatch(/: Undo "shop: 1\.5"$/);
});

test.each(options)("%s needs neither change nor incident", (say) => {
  const { text, title } = notice({ say, eventId: EVENT });
  expect(`${title} ${text}`).not.toMatch(/undefined|null/);
  expect(text).toMatch(/[.]$/);
});

test("what is missing stands in the sentence, a refusal's reply stands alone, other words in a paragraph of their own", () => {
  const said = (say: Say, words: string) => notice({ say, eventId: EVENT, change, words }).text;
  expect(said("waiting", "one more person")).toBe("The approval counts, and I merge as soon as nothing is missing. Still missing: one more person.");
  expect(said("refused", "alice: please say `/approve` again.")).toBe("alice: please say /approve again.");
  expect(said("rejected", "The limit is wanted.")).toMatch(/evidence changes\.\n\nThe limit is wanted\.$/);
});

test("why a change ended is said, as harmless text", () => {
  const { comment, text } = notice({ say: "failed", eventId: EVENT, change: { ...change, reason: "the forge said <b>#3</b> @bob" } });
  expect(comment).toContain("The forge said \\<b\\>＃3\\</b\\> ＠bob");
  expect(text).toContain("The forge said <b>＃3</b> ＠bob");
});

test("words can carry no marker", () => {
  const { comment } = notice({ say: "refused", eventId: EVENT, words: `x\n${planMarker(HEAD, DIGEST)}\n<!-- anchorwatch ${"f".repeat(32)} -->` });
  expect(saysEvent(comment, "f".repeat(32))).toBe(false);
  expect(comment.match(/^<!--/gm)).toHaveLength(1);
});

test("a merge names the commit and the person, a proof the time it took", () => {
  const done = { ...change, mergeCommit: HEAD, mergedBy: "alice", mergedAt: 1000, appliedAt: 201_000 };
  expect(notice({ say: "merged", eventId: EVENT, change: done }).text).toMatch(/^Merged as aaaaaaaaaaaa by alice\./);
  expect(notice({ say: "verified", eventId: EVENT, change: done }).text).toContain("3 m 20 s after the merge");
});

test("a notice with a plan shows it, and is a showing", () => {
  const input = { plan: plan(), head: HEAD, needsCommit: false, planMarker: planMarker(HEAD, DIGEST) };
  const { comment } = notice({ say: "ask-again", eventId: EVENT, change, plan: input });
  const thread = {
    pull: { author: { id: 2 }, body: "", createdAt: 0 },
    comments: [{ author: { id: 2 }, body: comment, createdAt: 1, updatedAt: 1 }],
    ourUserIds: [2],
  };
  expect(findShowings(thread)).toHaveLength(1);
  expect(saysEvent(comment, EVENT)).toBe(true);
});

test("a forbidden change waits for a merge by hand", () => {
  const planned = { ...change.planned!, tier: "forbidden" as const };
  expect(notice({ say: "opened", eventId: EVENT, change: { ...change, planned } }).text).toContain("please merge it by hand");
});

test("a chat message is at most 4,000 characters", () => {
  expect(notice({ say: "failed", eventId: EVENT, words: "x".repeat(9000) }).text.length).toBeLessThanOrEqual(4000);
});

test("where the forge takes nothing, the message carries the patch", () => {
  const input = { plan: plan(), head: HEAD, needsCommit: false, planMarker: planMarker(HEAD, DIGEST) };
  const { text } = notice({ say: "forge-down", eventId: EVENT, change, plan: input });
  expect(text).toMatch(/^--- a\/.*\n\+\+\+ b\/.*\n@@ /m);
  expect(notice({ say: "opened", eventId: EVENT, change, plan: input }).text).not.toContain("@@");
});

test("who is called after days is whom the policy names, and nobody else is ever mentioned", () => {
  const called = (approvers: string[]): string =>
    notice({ say: "called", eventId: EVENT, change: { ...change, planned: change.planned && { ...change.planned, approvers } } }).comment;
  expect(called(["ada", "ben"])).toMatch(/^@ada @ben: this has waited for days/);
  expect(called([])).toMatch(/^This has waited for days/);
});

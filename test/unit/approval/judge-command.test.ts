/** Who may ask for what beside a yes: each row with its verdict and the exact words that the person gets. */
import { expect, test } from "vitest";
import { parseIgnoreWords, parsePauseWords } from "../../../functions/core/approval/command-words.ts";
import { judgeStatement } from "../../../functions/core/approval/judge.ts";
import type { JudgementInput } from "../../../functions/core/approval/judgement.ts";
import type { Verb } from "../../../functions/core/records/approval.ts";
import { ALICE, approval, BOB, input, pull } from "./a-judgement.ts";

const DAY_MS = 86_400_000;
const waiting = { stands: "waits", isFollowed: false, hasAlert: true, canBegin: true } as const;
const ended = { ...waiting, stands: "over" } as const;
const refused = (code: string, reply: string): object => ({ verdict: "refused", code, reply: `alice: ${reply}` });
const say = (verb: Verb, argument = ""): Partial<JudgementInput> => ({
  approval: approval({ verb, argument }),
  run: waiting,
  switchPaths: ["apps/shop/deployment.yaml"],
});
const forBob = { approvers: [{ users: [BOB.id] }], allowSelf: false, bots: [] };
const deploy = { permission: "admin", usage: "/deploy app=<text>", problem: undefined } as const;

const ROWS: readonly [string, Partial<JudgementInput>, object][] = [
  ["a new attempt at what waits", say("retry", "with more memory"), { verdict: "attempt", words: "with more memory" }],
  ["at a pull request that was closed", { ...say("retry"), pull: { ...pull, state: "closed" }, run: ended }, { verdict: "attempt", words: "" }],
  ["on an issue", { ...say("retry"), pull: undefined, run: ended }, { verdict: "attempt", words: "" }],
  [
    "at what is being merged",
    { ...say("retry"), run: { ...waiting, stands: "works" } },
    refused("at-work", "I am still at work on this, so there is nothing to try again yet. I say here what comes of it; `/stop` ends it."),
  ],
  [
    "where a newer run is at work",
    { ...say("retry"), run: { ...ended, isFollowed: true } },
    refused("followed", "a newer run works on the same trouble by now, so I did nothing here. Please say it on its thread."),
  ],
  [
    "of a run that is gone",
    { ...say("retry"), run: undefined },
    refused("run-gone", "the run of this thread is not in my records any more, so I did nothing. The next alert starts a new one."),
  ],
  ["of a run that was made again without its alert", { ...say("retry"), run: { ...ended, canBegin: false } }, { verdict: "refused", code: "run-gone" }],
  ["on a pull request of a person", { ...say("retry"), isOurs: false }, refused("not-ours", "this pull request is not one of mine, so I did nothing.")],
  [
    "by a reader",
    { ...say("retry"), permission: { permission: "read", user: ALICE } },
    refused("no-permission", "you need write permission on this repository to start a new attempt, so I did nothing."),
  ],
  ["by a bot", { ...say("retry"), policy: { approvers: [], allowSelf: false, bots: ["alice"] } }, { verdict: "ignored", code: "bot" }],
  ["edited since", { ...say("retry"), standing: "edited" }, { verdict: "refused", code: "edited" }],
  ["while the forge does not answer", { ...say("retry"), standing: "unavailable" }, { verdict: "retry" }],
  ["to be ignored for a month", say("ignore", "30d a playground"), { verdict: "ignore", forMs: 30 * DAY_MS, reason: "a playground" }],
  [
    "to be ignored without a reason",
    say("ignore", "30d"),
    refused("ignore-words", "please say for how long, and why: `/ignore 30d <reason>`. I take `1h` to `365d`, and did nothing so far."),
  ],
  ["to be ignored for two years", say("ignore", "730d a playground"), { verdict: "refused", code: "ignore-words" }],
  [
    "to be ignored, without an alert",
    { ...say("ignore", "30d a playground"), run: { ...ended, hasAlert: false } },
    refused(
      "no-alert",
      "this is not about an alert, or I do not know its labels any more, so I cannot say what to ignore. You can write the rule by hand, into `.anchorwatch/ignore.yaml`.",
    ),
  ],
  ["to be ignored, edited since", { ...say("ignore", "30d a playground"), standing: "edited" }, { verdict: "refused", code: "edited" }],
  ["a pause", say("pause"), { verdict: "pause" }],
  ["a pause of two hours", say("pause", "2h"), { verdict: "pause", forMs: 7_200_000 }],
  [
    "a pause of two moons",
    say("pause", "two moons"),
    refused("pause-words", "**nothing is paused.** Please say `/pause` alone, or for how long: `/pause 2h`. I take `1m` to `24h`."),
  ],
  [
    "a pause by a writer who is no approver",
    { ...say("pause"), policy: forBob },
    refused("not-switcher", "only those who may approve here may pause me or let me go on, so I did nothing. `/stop` ends this run alone."),
  ],
  ["going on", say("resume"), { verdict: "resume" }],
  ["going on, by a writer who is no approver", { ...say("resume"), policy: forBob }, { verdict: "refused", code: "not-switcher" }],
  ["a pause where nobody knows what may be approved", { ...say("pause"), switchPaths: [] }, { verdict: "refused", code: "not-switcher" }],
  ["a pause, deleted since", { ...say("pause"), standing: "gone" }, { verdict: "refused", code: "gone" }],
  ["a workflow's command", { ...say("command", "deploy shop"), asked: { ...deploy, permission: "write" } }, { verdict: "begin" }],
  [
    "a workflow's command, on an issue of anybody",
    { ...say("command", "deploy shop"), pull: undefined, isOurs: false, asked: { ...deploy, permission: "write" } },
    { verdict: "begin" },
  ],
  [
    "a workflow's command that only admins may say",
    { ...say("command", "deploy shop"), asked: deploy },
    refused("command-permission", "this workflow asks for admin permission on this repository, so I did nothing."),
  ],
  [
    "a workflow's command whose words do not fit",
    {
      ...say("command", "deploy"),
      asked: { permission: "write", usage: "/deploy app=<text>", problem: "`app` is missing" },
    },
    refused("command-words", "`app` is missing, so I did nothing. It is written `/deploy app=<text>`."),
  ],
];

test.each(ROWS)("%s", (_, change, verdict) => {
  expect(judgeStatement(input(change))).toMatchObject(verdict);
});

test.each(["", "30d", "30 d why", "0d why", "30m why", "366d why", "why 30d", "30days why", "-1d why"])("%j ignores nothing", (argument) => {
  expect(parseIgnoreWords(argument)).toBeUndefined();
});

test.each([
  ["1h one", 3_600_000, "one"],
  ["365d  two words ", 365 * DAY_MS, "two words "],
])("%j is a length and a reason", (argument, forMs, reason) => {
  expect(parseIgnoreWords(argument)).toEqual({ forMs, reason });
});

test.each(["0m", "30s", "25h", "1d", "2h please", "now"])("/pause %s pauses nothing", (argument) => {
  expect(parsePauseWords(argument)).toBeUndefined();
});

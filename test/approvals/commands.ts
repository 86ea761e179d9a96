/** Rows of the table of approvals for what people ask for beside a yes: each with the exact answer. */
import { MANY, row, TWO, YES } from "./rows.ts";
import { aDayLater, closes, edits, hears, type Row, says, saysTo, stays } from "./turns.ts";

const LOOKS_AGAIN = "again from the beginning. If I find a fix, it comes in a new pull request, which needs its own yes; if I find none, I say so here.";
const TRIED_AGAIN = `I close this without a change, and look ${LOOKS_AGAIN}`;
const REJECTED = "I close this; nothing was changed. I do not propose it again until the evidence changes.\n\nRejected by ada: no.";
const CLOSED = "This was closed by hand; nothing was changed. I do not propose it again until the evidence changes.\n\nA person closed the pull request.";
const TO_IGNORE =
  "I close this without a change. Not to speak of it any more is what I propose in a pull request of its own; it holds once a person has merged that.\n\nUntil DAY, because: a playground.";
const NOT_SWITCHER = "ben: only those who may approve here may pause me or let me go on, so I did nothing. `/stop` ends this run alone.";
const NOT_MINE = "ada: this pull request is not one of mine, so I did nothing.";
const mayNot = (deed: string): string => `guest: you need write permission on this repository to ${deed}, so I did nothing.`;

/** None of these is a yes, and each is refused where a yes would be. */
const REFUSED_ALIKE: readonly Row[] = [
  ["/retry please", "start a new attempt"],
  ["/ignore 30d a playground", "have something ignored"],
  ["/pause 1h", "pause me"],
].flatMap(([words = "", deed = ""]) => [
  row(
    `${words}: by a reader and by bots, edited into it, quoted, with a yes behind it`,
    "plain",
    [
      says("guest", words),
      says("renovate", words),
      says("anchorwatch-merge", words),
      says("ada", "hm"),
      edits("ada", words),
      says("ada", `> ${words}`),
      says("ada", `${words}\n\n/approve`),
    ],
    [mayNot(deed), MANY],
  ),
  row(`${words}: on another pull request of the same branch`, "plain", [saysTo("ada", words, "second pull request")], [NOT_MINE]),
  row(`${words}: on an issue of nobody's run`, "plain", [saysTo("ada", words, "issue")], []),
]);

/** What people ask for beside a yes or a no. */
export const COMMANDS: readonly Row[] = [
  ...REFUSED_ALIKE,
  row("a new attempt", "plain", [says("ben", "/retry with more memory")], [TRIED_AGAIN], "closed"),
  row("a new attempt at what was rejected", "plain", [says("ada", "/reject no"), says("ben", "/retry yes")], [REJECTED, `I look ${LOOKS_AGAIN}`], "closed"),
  row("a new attempt at what was closed by hand", "plain", [closes("ada"), says("dan", "/retry")], [CLOSED, `I look ${LOOKS_AGAIN}`], "closed"),
  row(
    "a new attempt at what is merged, and not proved yet",
    "plain",
    [says("ada", "/approve"), says("ben", "/retry")],
    [...YES, "ben: I am still at work on this, so there is nothing to try again yet. I say here what comes of it; `/stop` ends it."],
  ),
  row(
    "a yes for what gave way to a new attempt",
    "plain",
    [says("dan", "/retry"), says("ada", "/approve")],
    [TRIED_AGAIN, "ada: this pull request is closed, so I did nothing."],
    "closed",
  ),
  row("not to hear of it for a month", "plain", [says("cleo", "/ignore 30d a playground")], [TO_IGNORE], "closed"),
  row(
    "not to hear of it, without a reason",
    "plain",
    [says("ben", "/ignore 30d")],
    ["ben: please say for how long, and why: `/ignore 30d <reason>`. I take `1h` to `365d`, and did nothing so far."],
  ),
  row("a pause by a writer who is no approver of these files", "ada", [says("ben", "/pause")], [NOT_SWITCHER]),
  row("going on, by a writer who is no approver of these files", "ada", [says("ben", "/resume")], [NOT_SWITCHER]),
  row("going on where nothing is paused", "plain", [says("ben", "/resume")], ["Nothing is paused, so there is nothing to do."]),
  row(
    "a pause of words",
    "plain",
    [says("ada", "/pause two moons")],
    ["ada: **nothing is paused.** Please say `/pause` alone, or for how long: `/pause 2h`. I take `1m` to `24h`."],
  ),
];

const GREETED = "The workflow has run to its end.\n\nNothing was left to do.";

/** A workflow's own command, on whatever thread; the file asks for an admin. */
export const OF_WORKFLOWS: readonly Row[] = [
  row("a workflow's command, on a proposal", "plain", [says("ada", "/greet shop"), hears("has run to its end")], [GREETED]),
  row("a workflow's command, on an issue of nobody's run", "plain", [saysTo("olga", "/greet shop", "issue"), hears("has run to its end")], [GREETED]),
  row(
    "a workflow's command, on a person's own pull request",
    "plain",
    [saysTo("ada", "/greet shop", "own pull request"), hears("has run to its end")],
    [GREETED],
  ),
  row(
    "a workflow's command: by a reader, by a writer, by bots, edited into it, quoted, with a yes behind it, without its words",
    "plain",
    [
      says("guest", "/greet shop"),
      says("ben", "/greet shop"),
      says("renovate", "/greet shop"),
      says("anchorwatch-merge", "/greet shop"),
      says("ada", "hm"),
      edits("ada", "/greet shop"),
      says("ada", "> /greet shop"),
      says("ada", "/greet shop\n\n/approve"),
      says("ada", "/greet"),
      hears("is missing"),
    ],
    [
      mayNot("start a workflow"),
      "ben: this workflow asks for admin permission on this repository, so I did nothing.",
      MANY,
      "ada: `name` is missing, so I did nothing. It is written `/greet <name>`.",
    ],
  ),
];

/** What stops the whole process, or lets a day pass: one after the other, when all else is over. */
export const ALONE: readonly Row[] = [
  row(
    "a yes while everything is paused",
    "plain",
    [says("ada", "/pause 1h", "at once"), hears("Everything is paused"), says("ben", "/approve", "at once"), stays("open"), says("ada", "/resume")],
    [
      "**Everything is paused until WHEN.** I do nothing more, here or on any other thread, and deadlines stand still. `/resume` in a new comment, or `anchorwatch resume`, ends it.",
      "**I go on.** Deadlines stood still meanwhile, and what waited is done within a minute.",
      ...YES,
    ],
  ),
  row(
    "a yes that has expired when the second one would have come",
    "two",
    [says("ben", "/approve"), aDayLater, hears("has expired")],
    [
      TWO,
      "This still waits for a person, and nothing is changed before somebody says yes. Comment `/reject` if it is not wanted. What is in the way: 2 people have to approve, and one has so far.",
      "ben: your approval has expired before it could be used. Please say `/approve` again.",
    ],
  ),
];

/** The whole of who may say yes, in which words, and when: what each comes to, with the exact answer. Run on the local forge and on a real Gitea. */
import { helpText } from "../../functions/core/approval/commands.ts";
import {
  aDayLater,
  closes,
  deletes,
  edits,
  type End,
  forcePushesAndBack,
  hears,
  pushes,
  renames,
  retargets,
  reviews,
  type Row,
  says,
  saysTo,
  sets,
  stays,
  takesRight,
  type Turn,
} from "./turns.ts";

const COUNTS = "The approval counts. I merge exactly `HEAD` now.";
const MERGED = "Merged as `MERGE` by anchorwatch-merge. When Argo CD has applied it, I look whether the trouble is gone.";
const YES = [COUNTS, MERGED];
const SHOWN = "I merged nothing: what would be merged now is not what was approved. Please read the plan and approve it again.";
const HELP =
  "As the first line of a new comment I take `/approve`, `/approve <commit>`, `/approve keep`, `/reject <why>`, `/retry <words>`, `/ignore 30d <reason>`, `/stop`, `/pause 2h`, `/resume`, `/explain` and `/help`.";
const unknown = (words: string): string => `ada: I do not understand \`${words}\`, so I did nothing. ${HELP}`;
const MANY = "ada: there was more than one line that begins with `/`, so I did nothing. Please write one command, alone, as the first line of a new comment.";
const right = (who: string): string => `${who}: you need write permission on this repository to approve a change, so I did nothing.`;
const NOT_APPROVER = "the policy names other people as the approvers of these files, so your approval does not count. One of them has to say `/approve`.";
const TWO = "The approval counts, and I merge as soon as nothing is missing. Still missing: 2 people have to approve, and one has so far.";

function row(
  title: string,
  area: Row["area"],
  turns: readonly Turn[],
  answers: readonly string[],
  end: End = answers.includes(MERGED) ? "merged" : "open",
): Row {
  return { title, area, turns, answers, end };
}

/** Who: `ada` is an admin, `olga` owns the organisation, `ben`, `cleo`, `dan` and `gus` may write, `guest` may read, `sam` is nobody here. */
const WHO: readonly Row[] = [
  row("the owner", "plain", [says("olga", "/approve")], YES),
  row("an admin", "plain", [says("ada", "/approve")], YES),
  row("a writer", "plain", [says("ben", "/approve")], YES),
  row("a reader", "plain", [says("guest", "/approve")], [right("guest")]),
  row("a stranger, where everybody may read", "plain", [says("sam", "/approve")], [right("sam")]),
  row("a bot that the policy names", "plain", [says("renovate", "/approve")], []),
  { ...row("our proposer", "plain", [says("anchorwatch", "/approve")], []), only: "real" },
  row("our merge user", "plain", [says("anchorwatch-merge", "/approve")], []),
  row("a writer who is no approver of these files", "ada", [says("ben", "/approve")], [`ben: ${NOT_APPROVER}`]),
  row("the one approver of these files", "ada", [says("ada", "/approve")], YES),
  row("somebody of the team that the policy names", "team", [says("cleo", "/approve")], YES),
  row("a writer who is not of that team", "team", [says("ben", "/approve")], [`ben: ${NOT_APPROVER}`]),
  row(
    "a team that the forge does not tell us about",
    "hidden",
    [says("cleo", "/approve")],
    [
      "cleo: the forge does not tell me who is in `home/board`, so I cannot count your approval. Somebody whom the policy names can approve, or a person can merge this by hand. My permission user has to be in that team.",
    ],
  ),
  row("a code owner", "owned", [says("ben", "/approve")], YES),
  row("a writer who is no code owner", "owned", [says("dan", "/approve")], [`dan: ${NOT_APPROVER}`]),
  row("somebody of a team that owns the code", "code-team", [says("cleo", "/approve")], YES),
  row("one of two who are required", "two", [says("ben", "/approve")], [TWO]),
  row("the same one twice where two are required", "two", [says("ben", "/approve"), says("ben", "/approve")], [TWO, TWO]),
  row("both who are required", "two", [says("ben", "/approve"), says("dan", "/approve")], [TWO, ...YES]),
  row("two of whom one has lost the right since", "two", [says("gus", "/approve"), takesRight("gus"), says("dan", "/approve")], [TWO, TWO]),
  row(
    "the person who started the run",
    "started",
    [says("dan", "/approve")],
    ["dan: you started this run, so somebody else has to approve its change. `allowSelf` in the policy would let you."],
  ),
  row("somebody else than who started the run", "started", [says("ada", "/approve")], YES),
  row("a lone approver who started the run", "started-alone", [says("ada", "/approve")], YES),
  {
    ...row("a person who was renamed after they said it", "two", [says("rita", "/approve"), renames("rita", "rita-2"), says("dan", "/approve")], [TWO, ...YES]),
    only: "real",
  },
];

/** What: the same person and moment, other words. */
const BODIES: readonly (readonly [title: string, body: string, answers: readonly string[]])[] = [
  ["bare", "/approve", YES],
  ["with a space behind", "/approve  ", YES],
  ["with Windows line ends", "/approve\r\n", YES],
  ["with words in the lines after it", "/approve\n\nThanks, that looks right.", YES],
  ["as the reply to a mail, its tail quoted below", "/approve\n\nOn Monday, anchorwatch wrote:\n> - Yes: comment `/approve`\n> /approve", YES],
  ["naming the commit", "/approve HEAD", YES],
  ["naming the whole commit", "/approve HEAD40", YES],
  ["with keep", "/approve keep", YES],
  [
    "naming another commit",
    "/approve 0123456789ab",
    ["ada: you approved `0123456789ab`, but the pull request is at `HEAD`. Please read the plan for that commit, then say `/approve HEAD`."],
  ],
  ["with words on its line", "/approve please", [unknown("/approve please")]],
  ["in upper case", "/APPROVE", [unknown("/APPROVE")]],
  ["with a commit of eleven digits", "/approve 0123456789a", [unknown("/approve 0123456789a")]],
  ["misspelt", "/aprove", [unknown("/aprove")]],
  ["twice", "/approve\n/approve", [MANY]],
  ["with another command", "/approve\n\n/stop", [MANY]],
  ["in the second line", "Looks good.\n/approve", []],
  ["in a quote", "> /approve", []],
  ["in a fence", "```\n/approve\n```", []],
  ["in a fence of tildes that does not end", "~~~\n/approve", []],
  ["in an HTML comment", "<!--\n/approve\n-->", []],
  ["in details", "<details>\n\n/approve\n</details>", []],
  ["indented", "    /approve", []],
  ["behind one space", " /approve", []],
  ["in a list", "- /approve", []],
  ["as code", "`/approve`", []],
  ["in a table", "| /approve |\n| --- |", []],
  ["with a full-width slash", "\uFF0Fapprove", []],
  ["with a Cyrillic letter", "/\u0430pprove", []],
  ["with a zero-width space in it", "/app\u200Brove", []],
  ["after a no-break space", "\u00A0/approve", []],
  ["as a path", "/approve/this", []],
  ["in prose", "I would /approve this if I were you.", []],
];

/** Reviews: each state, and what weakens one. */
const REVIEWS: readonly Row[] = [
  row("an approving review", "plain", [reviews("ada", "APPROVED")], YES),
  row("an approving review with words", "plain", [reviews("ben", "APPROVED", "Fine.")], YES),
  row("a reader's approving review", "plain", [reviews("guest", "APPROVED")], [right("guest")]),
  row("a review that comments", "plain", [reviews("ada", "COMMENT", "Hm.")], []),
  row(
    "a command in the text of a review",
    "plain",
    [reviews("ada", "COMMENT", "/approve")],
    ["ada: a command in the text of a review does nothing. Please press `Approve` there, or write the command as a new comment."],
  ),
  row("a review that asks for changes", "plain", [reviews("ada", "REQUEST_CHANGES", "No.")], []),
  row(
    "a yes while somebody else asks for changes",
    "plain",
    [reviews("ben", "REQUEST_CHANGES", "Wait."), says("ada", "/approve")],
    [
      "The approval counts, and I merge as soon as nothing is missing. Still missing: ben asked for changes in a review, which has to be withdrawn or dismissed.",
    ],
  ),
  row("a yes of the one who asked for changes", "plain", [reviews("ada", "REQUEST_CHANGES", "Wait."), says("ada", "/approve")], YES),
  row(
    "a review of an older commit",
    "plain",
    [pushes("ben"), reviews("ada", "APPROVED", "", "first")],
    [SHOWN, "ada: your review is for an older commit, but the pull request is at `HEAD` now. Please read the plan for that commit, then approve again."],
  ),
  row(
    "a review where the commit has to be named",
    "volume",
    [reviews("ada", "APPROVED")],
    ["ada: this change can lose data or stop a node, so a bare `/approve` is not enough. If you are sure, say `/approve HEAD`."],
  ),
];

/** When, and on what: the same words at another moment, or on something else. */
const WHEN: readonly Row[] = [
  row(
    "a push before the yes is judged",
    "plain",
    [pushes("ben"), says("ada", "/approve")],
    ["ada: I had not shown the plan for `HEAD` yet when you approved. Please read it, then say `/approve` again.", SHOWN],
  ),
  row("a yes for the plan of the pushed commit", "plain", [pushes("ben", "shown"), says("ada", "/approve")], [SHOWN, ...YES]),
  row("a push after the first of two yes", "two", [says("ben", "/approve"), pushes("dan", "shown"), says("dan", "/approve")], [TWO, SHOWN, TWO]),
  row("a force-push and back to the approved commit", "two", [says("ben", "/approve"), forcePushesAndBack("ben")], [TWO, SHOWN, SHOWN]),
  row(
    "another base",
    "plain",
    [retargets, says("ada", "/approve")],
    ["ada: the pull request goes into another branch now (`OTHER`) than the one that the approved plan is for, so I did nothing.", SHOWN],
  ),
  row("edited into a yes", "plain", [says("ada", "hm"), edits("ada", "/approve")], []),
  row("another writer's edit of an admin's comment", "plain", [says("ada", "hm"), edits("ben", "/approve")], []),
  row("a yes that is edited before it counts", "two", [says("ben", "/approve"), edits("ben", "/approve!"), says("dan", "/approve")], [TWO, TWO]),
  row("a yes that is deleted before it counts", "two", [says("ben", "/approve"), deletes("ben"), says("dan", "/approve")], [TWO, TWO]),
  row(
    "a draft",
    "plain",
    [sets({ title: "WIP: not yet" }), says("ada", "/approve")],
    ["ada: this pull request is a draft. Please mark it as ready, then say `/approve` again."],
  ),
  row(
    "closed by hand",
    "plain",
    [closes("ada"), says("ada", "/approve")],
    [
      "This was closed by hand; nothing was changed. I do not propose it again until the evidence changes.\n\na person closed the pull request",
      "ada: this pull request is closed, so I did nothing.",
    ],
    "closed",
  ),
  row(
    "merged already",
    "plain",
    [says("ada", "/approve"), says("ben", "/approve")],
    [...YES, "ben: this pull request is merged already. To undo it, please revert the merge in Git."],
  ),
  row(
    "another pull request of the same branch",
    "plain",
    [saysTo("ada", "/approve", "second pull request")],
    ["ada: this pull request is not one of mine, so `/approve` does nothing here. Please merge it by hand."],
  ),
  row("a person's own pull request", "plain", [saysTo("ada", "/approve", "own pull request")], []),
  row("an issue of nobody's run", "plain", [saysTo("ada", "/approve", "issue")], []),
  row(
    "a change that deletes a volume, without the commit",
    "volume",
    [says("ada", "/approve")],
    ["ada: this change can lose data or stop a node, so a bare `/approve` is not enough. If you are sure, say `/approve HEAD`."],
  ),
  row("a change that deletes a volume, with the commit", "volume", [says("ada", "/approve HEAD")], YES),
  row(
    "a change of rights",
    "rights",
    [says("ada", "/approve")],
    ["ada: this change is of the tier that I never merge, whoever approves it. If you want it, please merge the pull request by hand."],
  ),
  row("two of the same yes at once", "plain", [says("ada", "/approve", "at once"), says("ada", "/approve")], YES),
];

/** Questions: each is answered, and moves nothing. */
const QUESTIONS: readonly Row[] = [
  row("a question for help", "plain", [says("ben", "/help")], [`These are my commands.\n\n${helpText()}`]),
  row(
    "a question why",
    "plain",
    [says("ben", "/explain")],
    [
      "This waits for a person to say yes or no.\n\n**Deployment web/APP crashes**\n\nIt crashes.\n\nThis undoes commit `BROKEN` (`Change everything`, by ada, WHEN), for the files under `apps/APP` only. It changed just this.\n\nTier **risky**: a person has to approve it.\n\n- Deployment web/APP spec.template.spec.containers\\[app\\].image changes the version of the image",
    ],
  ),
  row("a reader's question", "plain", [says("guest", "/help")], ["guest: you need write permission on this repository to give me commands, so I did nothing."]),
];

const LOOKS_AGAIN = "again from the beginning. If I find a fix, it comes in a new pull request, which needs its own yes; if I find none, I say so here.";
const TRIED_AGAIN = `I close this without a change, and look ${LOOKS_AGAIN}`;
const REJECTED = "Rejected, so I close this; nothing was changed. I do not propose it again until the evidence changes.\n\nrejected by ada: no";
const CLOSED = "This was closed by hand; nothing was changed. I do not propose it again until the evidence changes.\n\na person closed the pull request";
const TO_IGNORE =
  "I close this without a change. Not to speak of it any more is what I propose in a pull request of its own; it holds once a person has merged that.\n\nUntil DAY, because: a playground";
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
const COMMANDS: readonly Row[] = [
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

/** Words that merge have a proposal each; those that are answered, and those that are ignored, are all said on one. */
const SAID: readonly Row[] = [
  ...BODIES.filter(([, , answers]) => answers === YES).map(([title, body, answers]) => row(`/approve ${title}`, "plain", [says("ada", body)], answers)),
  row(
    "every form of words that is answered and does nothing",
    "plain",
    bodiesWith((answers) => answers !== YES && answers.length > 0),
    answersOf(BODIES),
  ),
  row(
    "every form of words that is no command",
    "plain",
    bodiesWith((answers) => answers.length === 0),
    [],
  ),
];

function bodiesWith(isWanted: (answers: readonly string[]) => boolean): readonly Turn[] {
  return BODIES.filter(([, , answers]) => isWanted(answers)).map(([, body]) => says("ada", body));
}

function answersOf(bodies: typeof BODIES): readonly string[] {
  return bodies.flatMap(([, , answers]) => (answers === YES ? [] : answers));
}

/** Every row that others do not disturb. */
const TOGETHER: readonly Row[] = [...WHO, ...SAID, ...QUESTIONS, ...REVIEWS, ...WHEN, ...COMMANDS];

/** Every row. */
export const TABLE: readonly Row[] = [...TOGETHER, ...ALONE];

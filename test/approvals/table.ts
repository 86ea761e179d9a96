/** The whole of who may say yes, in which words, and when: what each comes to, with the exact answer. Run on the local forge and on a real Gitea. */
import { helpText } from "../../functions/core/approval/commands.ts";
import { ALONE, COMMANDS, OF_WORKFLOWS } from "./commands.ts";
import { MANY, NOT_APPROVER, right, row, SHOWN, TWO, unknown, YES } from "./rows.ts";
import {
  closes,
  deletes,
  edits,
  forcePushesAndBack,
  pushes,
  renames,
  retargets,
  reviews,
  type Row,
  says,
  saysTo,
  sets,
  takesRight,
  type Turn,
} from "./turns.ts";

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
      "This was closed by hand; nothing was changed. I do not propose it again until the evidence changes.\n\nA person closed the pull request.",
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
  row(
    "a question for help",
    "plain",
    [says("ben", "/help")],
    [`These are my commands.\n\n${helpText([{ usage: "/greet <name>", does: "say whether the shop of that name is well" }])}`],
  ),
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
const TOGETHER: readonly Row[] = [...WHO, ...SAID, ...QUESTIONS, ...REVIEWS, ...WHEN, ...COMMANDS, ...OF_WORKFLOWS];

/** Every row. */
export const TABLE: readonly Row[] = [...TOGETHER, ...ALONE];

/** A plan as people read it: the table of fields, the full values where the table cuts them, the files' diff, the tier and how to undo and approve. */
import { formatObject, type Tier } from "../records/fields.ts";
import type { Effect, Plan } from "../records/plan.ts";
import { unifiedDiff } from "./file-diff.ts";
import { codeBlock, inlineCode, prose } from "./harmless.ts";

const ROWS_MAX = 40;
const CELL_MAX = 60;
const FULL_VALUES_MAX = 200;
const REASONS_MAX = 10;

/** Strings without their quotes, unless they would then read as another value. */
function readable(json: string): string {
  const isPlain = /^"[^"\\]+"$/.test(json) && !/^"(?:true|false|null|~|[\d.+-]+|\s.*|.*\s)"$/.test(json);
  return isPlain ? json.slice(1, -1) : json;
}

function cell(value: string | undefined, absent: string): string {
  return value === undefined ? absent : inlineCode(readable(value), { maxLength: CELL_MAX, inTable: true });
}

function wholeObject({ before, after }: Effect): string {
  if (after === undefined) return "the whole object | there | **deleted**";
  return before === undefined ? "the whole object | not there | **created**" : "the whole object | there | replaced";
}

function row(effect: Effect): string {
  const object = inlineCode(formatObject(effect.object), { maxLength: 120, inTable: true });
  if (effect.field === "") return `| ${object} | ${wholeObject(effect)} |`;
  const field = inlineCode(effect.field, { maxLength: 120, inTable: true });
  return `| ${object} | ${field} | ${cell(effect.before, "not set")} | ${cell(effect.after, "not set")} |`;
}

/** The table of objects and fields, made from the plan alone. */
export function effectsTable(plan: Plan): string {
  if (!plan.rendered) return "The manifests could not be rendered, so I cannot say which objects and fields change. Please read the diff.";
  if (plan.effects.length === 0) return "No object in the cluster changes.";
  const rows = plan.effects.slice(0, ROWS_MAX).map((effect) => row(effect));
  const more = plan.effects.length - rows.length;
  const table = ["| Object | Field | Now | After |", "| --- | --- | --- | --- |", ...rows].join("\n");
  return more > 0 ? `${table}\n\nAnd ${more} more; all of them follow from the diff below.` : table;
}

/** Values that do not fit into the table, in full; the empty text when all of them fit. */
export function fullValues(plan: Plan): string {
  const long = plan.effects.filter((effect) => effect.field !== "" && [effect.before, effect.after].some((value) => (value?.length ?? 0) > CELL_MAX));
  const lines = long.flatMap((effect) => {
    const values = [
      ["-", effect.before],
      ["+", effect.after],
    ] as const;
    return [`  ${formatObject(effect.object)} ${effect.field}`, ...values.flatMap(([sign, value]) => (value === undefined ? [] : [`${sign} ${value}`]))];
  });
  return lines.length === 0 ? "" : `Values that the table cuts, in full:\n\n${codeBlock(lines.slice(0, FULL_VALUES_MAX).join("\n"), "diff")}`;
}

/** The diff of the files in a block of at most this many characters; what is cut is said. */
export function diffBlock(plan: Plan, maxLength: number): string {
  const lines = unifiedDiff(plan.files);
  let length = 0;
  const shown = lines.filter((line) => (length += line.length + 1) <= maxLength);
  const block = codeBlock(shown.join("\n"), "diff");
  const missing = lines.length - shown.length;
  return missing === 0 ? block : `${block}\n\nThe diff is cut here: ${missing} more lines. All of it stands under "Files changed".`;
}

const TIER_WORDS: Readonly<Record<Tier, string>> = {
  observe: "**observe**: nothing in the cluster changes",
  safe: "**safe**: bounded and easy to undo",
  risky: "**risky**: a person has to approve it",
  forbidden: "**forbidden** for me to merge: a person may merge it by hand",
};

/** The tier and why: one line for each rule that spoke. */
export function tierText(plan: Plan): string {
  const reasons = plan.reasons.slice(0, REASONS_MAX).map((reason) => `- ${prose(reason)}`);
  const more = plan.reasons.length - reasons.length;
  return [`Tier ${TIER_WORDS[plan.tier]}.`, "", ...reasons, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n").trimEnd();
}

/** What happens after the merge, and how it is undone. */
export function undoText(plan: Plan): string {
  if (plan.inverseOf !== undefined) {
    return "This takes back a change of mine, and is never taken back by itself. To undo it, revert its merge commit in Git.";
  }
  const later = "To undo it later, revert the merge commit in Git.";
  if (plan.files.every(({ path }) => path.startsWith(".anchorwatch/"))) return `These are my own settings: they hold from the merge on. ${later}`;
  if (plan.app === undefined)
    return `No Argo CD app owns these files, so I cannot see whether the change is applied, and I take nothing back by myself. ${later}`;
  return [
    `After the merge, Argo CD applies it (app ${inlineCode(plan.app.name)}), and I watch whether the trouble goes away. If it stays, or something of this app gets worse, I take the change back within 30 minutes, as long as nobody touched these lines. \`/approve keep\` approves the change and turns that off.`,
    "",
    later,
  ].join("\n");
}

/** How to say yes or no to this plan. `commit` is the head, and `needsCommit` that a bare `/approve` is not enough. */
export function approveText(plan: Plan, by: { readonly head: string; readonly needsCommit: boolean }): string {
  if (plan.tier === "forbidden") return "I never merge this one, whoever approves it. If you want it, merge the pull request by hand; I watch what follows.";
  const command = by.needsCommit ? `/approve ${by.head.slice(0, 12)}` : "/approve";
  const yes = by.needsCommit
    ? `- Yes: comment \`${command}\`, or merge by hand. It can lose data or stop a node, so the commit has to be named.`
    : `- Yes: comment \`${command}\`, or approve it in a review, or merge by hand. Any of them will do.`;
  return [
    yes,
    "- No: comment `/reject` and why, or close the pull request.",
    "- Else: `/retry` looks again from the beginning, `/stop` ends the whole run, `/help` lists the rest.",
    "",
    "The command has to be the first line of a new comment.",
  ].join("\n");
}

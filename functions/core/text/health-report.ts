/** The health report for people: Markdown for the issue that is kept, and a short message for their channels. */
import type { Health, HealthCause, Soon } from "../records/health.ts";
import { detailOf } from "./cause-words.ts";
import { formatDuration, formatInstant } from "./duration.ts";
import { inlineCode, oneLine, prose } from "./harmless.ts";

const TITLE_MAX_LENGTH = 120;
const MESSAGE_CAUSES = 5;
const MESSAGE_SOON = 3;

/** Plain text on one line: what is wrong, and what is new of it. */
export function healthTitle({ causes, more, soon }: Health): string {
  const wrong = causes.length + more;
  const parts = [
    wrong === 0 ? "nothing is wrong" : `${count(wrong, "cause")} of trouble`,
    ...(soon.length > 0 ? [`${count(soon.length, "thing")} will break soon`] : []),
  ];
  return oneLine(`Cluster health: ${parts.join(", ")}`, TITLE_MAX_LENGTH);
}

/** The whole report as Markdown, with nothing of ours about where it came from. */
export function healthMarkdown(health: Health): string {
  return [
    `**${summary(health)}** As of ${formatInstant(health.at)}, ${health.objects} objects looked at.`,
    section("What is wrong", wrongLines(health)),
    section("What has changed", changeLines(health)),
    section("What will break soon", soonLines(health)),
    section("What is ignored, and until when", ignoredLines(health)),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** A few lines of plain text: what is new first. */
export function healthMessage(health: Health): string {
  const { causes, more, gone, soon } = health;
  const told = [...causes].sort((a, b) => Number(b.isNew) - Number(a.isNew)).slice(0, MESSAGE_CAUSES);
  const rest = causes.length + more - told.length;
  return [
    summary(health),
    ...told.map(({ title, isNew }) => `- ${isNew ? "new: " : ""}${oneLine(title)}`),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
    ...gone.slice(0, MESSAGE_CAUSES).map((title) => `- gone: ${oneLine(title)}`),
    ...soon.slice(0, MESSAGE_SOON).map(({ words }) => `- soon: ${oneLine(words)}`),
  ].join("\n");
}

function summary({ causes, more, gone, soon, comparedWith, ignored }: Health): string {
  const wrong = causes.length + more;
  const fresh = causes.filter(({ isNew }) => isNew).length;
  const kept = ignored.reduce((sum, rule) => sum + rule.causes, 0);
  const since =
    comparedWith === undefined
      ? ""
      : fresh === 0 && gone.length === 0
        ? ", as in the last report"
        : `, ${fresh} new and ${gone.length} gone since the last report`;
  return [
    `${wrong === 0 ? "Nothing is wrong" : `${count(wrong, "cause")} of trouble`}${since}.`,
    ...(soon.length > 0 ? [`${count(soon.length, "thing")} will break soon.`] : []),
    ...(kept > 0 ? [`${kept} ignored.`] : []),
  ].join(" ");
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `### ${title}\n\n${lines.join("\n")}`;
}

function wrongLines({ causes, more, at }: Health): string[] {
  if (causes.length === 0) return ["Nothing that I can see."];
  return [
    ...causes.map((cause, index) => causeLines(cause, { number: index + 1, at })),
    ...(more > 0 ? [`\nAnd ${more} more, for which there is no room here.`] : []),
  ];
}

function causeLines(cause: HealthCause, { number, at }: { number: number; at: number }): string {
  const { title, since, app, affected, isNew } = cause;
  const facts = [
    ...(isNew ? ["new"] : []),
    ...(since === undefined || since > at ? [] : [`for ${formatDuration(at - since)}`]),
    ...(app === undefined ? [] : [`app ${inlineCode(app)}`]),
    ...(affected > 0 ? [`${count(affected, "other object")} affected`] : []),
  ];
  return `${number}. **${prose(title)}**${facts.length > 0 ? ` (${facts.join(", ")})` : ""}\n   ${prose(unsaid(cause))}`;
}

/** What the detail says beside the title and the time, which stand there already; where the title was cut, its rest. */
function unsaid(cause: HealthCause): string {
  const { title, detail } = cause;
  const isCut = title.endsWith("…");
  const said = title.slice(title.indexOf(": ") + 2, isCut ? -1 : undefined);
  const rest = detail.startsWith(said) ? `${isCut ? "…" : ""}${detail.slice(said.length)}` : detail;
  const words = rest
    .replace(/^\. /, "")
    .replace(/Since \d{4}-\d\d-\d\d \d\d:\d\d UTC\. ?/, "")
    .trim();
  return words === "" ? detailOf(cause) : words;
}

function changeLines({ causes, gone, comparedWith }: Health): string[] {
  if (comparedWith === undefined) return ["No earlier report is kept to compare this with; the next one says what has changed."];
  const fresh = causes.filter(({ isNew }) => isNew).map(({ title }) => `- new: ${prose(title)}`);
  const changes = [...fresh, ...gone.map((title) => `- gone: ${prose(title)}`)];
  const since = `Since the report of ${formatInstant(comparedWith)}`;
  return changes.length === 0 ? [`${since}: nothing.`] : [`${since}:`, "", ...changes];
}

function soonLines({ soon, notMeasured }: Health): string[] {
  const lines = soon.length === 0 ? ["Nothing of what could be measured."] : soon.map(soonLine);
  return notMeasured.length === 0 ? lines : [...lines, "", "Not measured:", "", ...notMeasured.map((words) => `- ${prose(words)}`)];
}

function soonLine({ words, isNew }: Soon): string {
  return `- ${prose(words)}${isNew ? " (new)" : ""}`;
}

function ignoredLines({ ignored }: Health): string[] {
  if (ignored.length === 0) return [];
  const cell = (text: string): string => inlineCode(text, { inTable: true });
  const rows = ignored.map(
    ({ match, reason, until, causes }) => `| ${cell(match)} | ${cell(reason)} | ${until} | ${causes === 0 ? "nothing" : count(causes, "cause")} |`,
  );
  return ["| What | Why | Until | Keeps quiet now |", "| --- | --- | --- | --- |", ...rows];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A diagnosis for people: causes first, what follows from them folded below. */
import { type Cause, type Finding } from "../../functions/core/records/finding.ts";
import { formatObject } from "../../functions/core/records/fields.ts";
import { detailOf, titleOf } from "../../functions/core/text/cause-words.ts";
import { formatDuration, formatInstant } from "../../functions/core/text/duration.ts";
import { oneLine } from "../../functions/core/text/harmless.ts";
import type { Answer } from "./diagnosis-json.ts";

const EFFECTS_SHOWN = 3;
const EVIDENCE_SHOWN = 3;
const NOT_SEEN_SHOWN = 10;
const LINE_LENGTH = 300;

/** Puts a text in a colour, or leaves it as it is. */
export type Paint = (style: "bold" | "dim" | "red" | "green" | "yellow", text: string) => string;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

/** Colour only where somebody looks at a terminal. */
export function painter(colour: boolean): Paint {
  return (style, text) => (colour ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

export function diagnosisText(answer: Answer, paint: Paint): string {
  const { causes, notSeen, nothingToDo } = answer;
  return [
    headline(answer, paint),
    ...nothingToDo.map(({ alert, reason }) => oneLine(`  nothing to do for ${alert}: ${reason}`, LINE_LENGTH)),
    ...causes.flatMap((cause) => ["", ...causeLines(cause, answer.now, paint)]),
    ...(notSeen.length > 0 ? ["", paint("yellow", "Not seen, so nothing is known about it:"), ...few(notSeen, NOT_SEEN_SHOWN).map((line) => `  ${line}`)] : []),
  ].join("\n");
}

function headline({ causes, others, objects, now, about, notSeen }: Answer, paint: Paint): string {
  const at = now > 0 ? `, as of ${formatInstant(now)}` : "";
  const place = about === undefined ? `in ${count(objects, "object")}` : `for ${oneLine(about)}`;
  const rest =
    others.length === 0
      ? ""
      : `; ${count(others.length, "cause")} elsewhere: ${few(
          others.map((cause) => oneLine(titleOf(cause), 100)),
          2,
        ).join("; ")}`;
  if (causes.length > 0) return `${paint("bold", `${count(causes.length, "cause")} ${place}`)}${at}${rest}`;
  const nothing = about === undefined ? `nothing is wrong ${place}` : `nothing is wrong with ${oneLine(about)}`;
  return `${paint(notSeen.length > 0 ? "yellow" : "green", nothing)}${notSeen.length > 0 ? " that could be seen" : ""}${at}${rest}`;
}

/** One line of a cause, for `--watch`. */
export function causeLine(cause: Cause): string {
  return oneLine(titleOf(cause), LINE_LENGTH);
}

function causeLines(cause: Cause, now: number, paint: Paint): string[] {
  const [first, ...effects] = cause.findings;
  const app = cause.app === undefined ? [] : [`app ${cause.app.name}${cause.app.path === "" ? "" : `, ${cause.app.path} in ${cause.app.repoURL}`}`];
  const since = earliest(cause.findings);
  const facts = [...(since === undefined || since > now ? [] : [`for ${formatDuration(now - since)}`]), ...app];
  return [
    `${paint("red", "✗")} ${paint("bold", causeLine(cause))}`,
    ...(facts.length > 0 ? [`  ${oneLine(facts.join(" · "), LINE_LENGTH)}`] : []),
    ...(first ? evidenceLines(first).map((line) => paint("dim", `    ${line}`)) : []),
    ...few(effects.map(effectLine), EFFECTS_SHOWN).map((line) => `    └ ${line}`),
    ...nextOf(cause).map((line) => `  ${line}`),
  ];
}

function evidenceLines({ evidence }: Finding): string[] {
  return evidence.slice(0, EVIDENCE_SHOWN).map(({ field, value }) => oneLine(`${field}: ${value}`, 200));
}

function effectLine({ object, message }: Finding): string {
  return oneLine(`${formatObject(object)}: ${message}`, 200);
}

function nextOf(cause: Cause): string[] {
  const next = /Look at next: [\s\S]*$/.exec(detailOf(cause))?.[0];
  return next === undefined ? [] : [oneLine(next, LINE_LENGTH)];
}

function earliest(findings: readonly Finding[]): number | undefined {
  const known = findings.flatMap(({ since }) => since ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** The first lines, and how many more there are. */
function few(lines: readonly string[], shown: number): string[] {
  return lines.length <= shown ? [...lines] : [...lines.slice(0, shown), `and ${lines.length - shown} more`];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

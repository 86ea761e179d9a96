/** What happened and what was seen, from the alert and from triage: every word of it comes from outside and is made harmless. */
import { formatObject } from "../records/fields.ts";
import { formatField } from "../records/field-path.ts";
import type { Cause, EditFieldRemedy, Evidence, Remedy } from "../records/finding.ts";
import type { Incident } from "../records/run.ts";
import type { Problems } from "../records/tool-result.ts";
import { formatInstant } from "./duration.ts";
import { inlineCode, prose } from "./harmless.ts";
import { capitalize, ended } from "./sentence.ts";

const ALERTS_MAX = 5;
const EVIDENCE_MAX = 20;
const CAUSES_MAX = 5;

/** The alerts that this is about, the oldest first. */
function alertLines(incident: Incident): string[] {
  const alerts = [...incident.alerts].sort((a, b) => a.startsAt - b.startsAt);
  const lines = alerts.slice(0, ALERTS_MAX).map((alert) => {
    const text = alert.annotations["summary"] ?? alert.annotations["description"];
    const name = inlineCode(alert.labels["alertname"] ?? "alert", { maxLength: 80 });
    return `- Alert ${name}, ${alert.status} since ${formatInstant(alert.startsAt)}${text === undefined ? "" : `: ${prose(text, 200)}`}`;
  });
  const more = alerts.length - lines.length + incident.more;
  return more > 0 ? [...lines, `- and ${more} more alerts`] : lines;
}

function evidenceRow(evidence: Evidence): string {
  const [object, field, value] = [formatObject(evidence.object), evidence.field, evidence.value].map((text) =>
    inlineCode(text, { maxLength: 160, inTable: true }),
  );
  return `| ${object} | ${field} | ${value} | ${evidence.since === undefined ? "" : formatInstant(evidence.since)} |`;
}

/** Where a person can look at the same: object, field, value, since when. The empty text when there is none. */
function evidenceTable(cause: Cause): string {
  const all = cause.findings.flatMap((finding) => finding.evidence);
  if (all.length === 0) return "";
  const rows = all.slice(0, EVIDENCE_MAX).map((evidence) => evidenceRow(evidence));
  const more = all.length - rows.length;
  const table = ["| Object | Field | Seen | Since |", "| --- | --- | --- | --- |", ...rows].join("\n");
  return more > 0 ? `${table}\n\nAnd ${more} more.` : table;
}

/** A cause in a paragraph: what it is, then what it means. */
export function causeText(cause: Cause): string {
  return [`**${prose(cause.title, 200)}**`, prose(beyondTitle(cause))].filter((part) => part !== "").join("\n\n");
}

/** What the detail says beside the title: nobody reads the same sentence twice. */
function beyondTitle({ title, detail }: Cause): string {
  const known = title.slice(title.indexOf(": ") + 2);
  return detail.startsWith(known) ? detail.slice(known.length).replace(/^[.;,]?\s*/, "") : detail;
}

/** The other causes that were seen, by title. */
function otherCauses(causes: readonly Cause[]): string[] {
  const lines = causes.slice(0, CAUSES_MAX).map((cause) => `- ${prose(cause.title, 200)}`);
  const more = causes.length - lines.length;
  return more > 0 ? [...lines, `- and ${more} more`] : lines;
}

function section(heading: string, text: string): string[] {
  return text === "" ? [] : [`${heading}\n\n${text}`];
}

/** The sections that say what happened and what was seen, without the empty ones. */
export function situation(incident: Incident | undefined, problems: Problems | undefined): string[] {
  const [cause, ...others] = problems?.causes ?? [];
  return [
    ...section("### What happened", incident ? alertLines(incident).join("\n") : ""),
    ...section("### Evidence", cause ? evidenceTable(cause) : ""),
    ...section("Also seen, and not touched:", otherCauses(others).join("\n")),
  ];
}

/** The fix in a sentence: which commit is undone, whose, and why that one; or which field gets which value, and why. */
export function remedyText(remedy: Remedy): string {
  if (remedy.kind === "edit-field") return `${editText(remedy)} ${ended(capitalize(prose(remedy.because)))}`;
  const commit = `${inlineCode(remedy.commit.slice(0, 12))} (${inlineCode(remedy.subject, { maxLength: 100 })}, by ${prose(remedy.author, 80)}, ${formatInstant(remedy.committedAt)})`;
  return `This undoes commit ${commit}, for the files under ${inlineCode(remedy.path)} only. ${ended(capitalize(prose(remedy.because)))}`;
}

function editText({ edit, file }: EditFieldRemedy): string {
  const [field, to] = [formatField(edit.field), String(edit.to)].map((text) => inlineCode(text, { maxLength: 200 }));
  const from = edit.from === undefined ? "" : ` from ${inlineCode(String(edit.from), { maxLength: 200 })}`;
  return `This changes one field, ${field} of ${inlineCode(formatObject(edit.object))}, in ${inlineCode(file)}:${from} to ${to}.`;
}

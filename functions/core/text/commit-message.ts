/** Our commits' messages: what was done in one line, why, and trailers that lead back to the run. */
import { disarm, oneLine, stripInvisible } from "./harmless.ts";
import { redact } from "./redact.ts";

export interface CommitOrigin {
  readonly run: string;
  readonly change: number;
  /** The incident's key. */
  readonly incident?: string | undefined;
}

const SUBJECT_MAX_LENGTH = 72;
const LINE_LENGTH = 72;

function wrap(paragraph: string): string {
  const lines = [""];
  for (const word of paragraph.split(/\s+/)) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > LINE_LENGTH) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}

/** Writes a message. Words of others lose what a forge acts on: `closes #3` in a quoted subject would close an issue. */
export function commitMessage(message: CommitOrigin & { readonly subject: string; readonly body?: string | undefined }): string {
  const subject = disarm(oneLine(message.subject, SUBJECT_MAX_LENGTH));
  const paragraphs = redact(stripInvisible(message.body ?? "")).split(/\n{2,}/);
  const body = paragraphs.map((paragraph) => wrap(disarm(paragraph.trim()))).filter((paragraph) => paragraph !== "");
  const trailers = [`Anchorwatch-Run: ${message.run}`, `Anchorwatch-Change: ${message.change}`];
  if (message.incident !== undefined) trailers.push(`Anchorwatch-Incident: ${message.incident}`);
  return `${[subject, ...body, trailers.join("\n")].join("\n\n")}\n`;
}

/** Reads the trailers, in the last paragraph only: a quoted message above it says nothing. @returns undefined for a commit that is not ours */
export function parseTrailers(message: string): CommitOrigin | undefined {
  const last = message.trimEnd().split("\n\n").at(-1) ?? "";
  const trailers = new Map(last.split("\n").map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]));
  const run = trailers.get("Anchorwatch-Run");
  const change = Number(trailers.get("Anchorwatch-Change"));
  if (!run || !Number.isInteger(change) || change < 1) return undefined;
  const incident = trailers.get("Anchorwatch-Incident");
  return { run, change, ...(incident !== undefined && { incident }) };
}

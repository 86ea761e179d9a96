/** The command grammar: what the first line of a new comment asks for, and every disguise that asks for nothing (design 8.6, safety A17-A26). */
import type { Verb } from "../records/approval.ts";
import { knownVerb } from "./commands.ts";

export interface ParsedStatement {
  readonly verb: Verb;
  /** What stands after the verb: a commit, `keep`, or words. For `unknown` the whole first line, for `command` the line without its slash. */
  readonly argument: string;
}

/** Two commands in one comment: nothing is done, and that is said once. Recorded as `unknown` with an empty argument. */
export interface ManyCommands {
  readonly problem: "several-commands";
}

/** What an Approval record holds. */
const ARGUMENT_MAX_LENGTH = 512;

/** A word of plain letters that ends there: `/etc/hosts` is a path, `/approve-all` no word, and a Cyrillic or zero-width disguise no letter. */
const COMMAND = /^\/([A-Za-z]+)(?=[\s.,:;!?]|$)/;

/** What Markdown, mail and JavaScript take for the end of a line: a second command may hide behind any of them. */
const ANY_LINE_BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/** A second line that makes the first a heading or the head of a table, so that it is no paragraph. */
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
const TABLE_RULE = /^ {0,3}[|:-][|: \t-]*$/;

const COMMIT = /^[0-9a-f]{12,40}$/;
const PLAIN = /^[\x20-\x7e\t]*$/;

function firstLineOf(body: string): string {
  const end = body.indexOf("\n");
  const line = end === -1 ? body : body.slice(0, end);
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function isParagraph(secondLine: string | undefined): boolean {
  return secondLine === undefined || !(UNDERLINE.test(secondLine) || TABLE_RULE.test(secondLine));
}

function isApproval(argument: string): boolean {
  return argument === "" || argument === "keep" || COMMIT.test(argument);
}

/** The verb of a word; an approval has to be exactly one of its three forms, in plain ASCII. */
function verbOf(word: string | undefined, said: { readonly line: string; readonly argument: string }): Verb {
  if (word === "approve") return PLAIN.test(said.line) && isApproval(said.argument) ? "approve" : "unknown";
  return knownVerb(word) ?? "unknown";
}

/** A command of a workflow file, exactly as the file writes it; its name may have dashes. */
function readNamed(line: string, names: readonly string[]): ParsedStatement | undefined {
  const name = /^\/([a-z]+(?:-[a-z]+)*)(?=[ \t]|$)/.exec(line)?.[1];
  if (name === undefined || !names.includes(name)) return undefined;
  return { verb: "command", argument: line.slice(1).trim().slice(0, ARGUMENT_MAX_LENGTH) };
}

/** Reads one first line that is a command; whatever is not exactly a command of ours is `unknown`, which is answered and does nothing. */
function readCommand(line: string): ParsedStatement {
  const word = /^\/([a-z]+)(?=[ \t]|$)/.exec(line)?.[1];
  const argument = line.slice(1 + (word?.length ?? 0)).trim();
  const verb = verbOf(word, { line, argument });
  return { verb, argument: (verb === "unknown" ? line : argument).slice(0, ARGUMENT_MAX_LENGTH) };
}

/**
 * Reads a new comment. A command is its first line, from the first character on, in a plain paragraph; no other line may begin with `/`.
 * @param ofWorkflows names of the commands that workflow files bring, without the slash
 * @returns undefined for a comment that is no command
 */
export function parseStatement(body: string, ofWorkflows: readonly string[] = []): ParsedStatement | ManyCommands | undefined {
  const line = firstLineOf(body);
  const named = readNamed(line, ofWorkflows);
  if (!named && !COMMAND.test(line)) return undefined;
  const lines = body.split(ANY_LINE_BREAK);
  if (lines.slice(1).some((other) => other.startsWith("/"))) return { problem: "several-commands" };
  if (!isParagraph(lines[1])) return undefined;
  return named ?? readCommand(line);
}

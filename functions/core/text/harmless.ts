/** Makes text of unknown origin harmless where it is shown: in Gitea's Markdown, or in a terminal (safety T24, T25, M21, C7). */
import { redact } from "./redact.ts";

/** Control characters but line feed and tab, and every invisible or direction-changing character; variation selectors can carry hidden bytes. */
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * Terminal sequences with their contents: CSI, the string sequences (OSC, DCS, SOS, PM, APC) within one line, and two-byte escapes, in 7 and 8 bits.
 * A string sequence that does not end loses only its beginning, so that it cannot hide what follows.
 */
const SEQUENCE = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\n\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]?/g;

/** Removes terminal sequences and invisible characters, and makes every line break a line feed. */
export function stripInvisible(text: string): string {
  return text
    .replace(SEQUENCE, "")
    .replace(/\r\n?|[\u0085\u2028\u2029\v\f]/g, "\n")
    .replace(INVISIBLE, "");
}

function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** One line of visible text without secrets, cut to a length. */
export function oneLine(text: string, maxLength = 200): string {
  return cut(redact(stripInvisible(text)).replace(/\s+/g, " ").trim(), maxLength);
}

function longestRun(text: string, character: string): number {
  let longest = 0;
  let run = 0;
  for (const each of text) {
    run = each === character ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** A code block that its content cannot leave; nothing in it is a link, a mention, an image, HTML or math. */
export function codeBlock(text: string, language = ""): string {
  const body = redact(stripInvisible(text)).trimEnd();
  const fence = "`".repeat(Math.max(3, longestRun(body, "`") + 1));
  return `${fence}${language}\n${body}\n${fence}`;
}

/** Inline code on one line. In a table set `inTable`, because a bar ends a cell even in code. */
export function inlineCode(text: string, options: { readonly maxLength?: number; readonly inTable?: boolean } = {}): string {
  const line = oneLine(text, options.maxLength) || "(empty)";
  const fence = "`".repeat(longestRun(line, "`") + 1);
  const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
  const code = `${fence}${padding}${line}${padding}${fence}`;
  return options.inTable ? code.replaceAll("|", "\\|") : code;
}

/**
 * A sentence as plain text in Markdown: nothing in it formats, links, mentions a person, closes an issue or becomes math.
 * Escapes do not stop Gitea's own references, which it seeks in the rendered text, so those characters are replaced by look-alikes.
 */
export function prose(text: string, maxLength = 512): string {
  return disarm(oneLine(text, maxLength))
    .replace(/[\\`*_[\]<>|~$&]/g, "\\$&")
    .replace(/^(?=[#+=-])/, "\\")
    .replace(/^(\d+)(?=[.)])/, "$1\\");
}

/** Breaks what a forge acts on in any text, titles and commit messages too: links, mentions, references to issues and pull requests. */
export function disarm(text: string): string {
  return text
    .replace(/:\/\//g, "[:]//")
    .replace(/\bwww\./gi, "www[.]")
    .replace(/@(?=\w)/g, "＠")
    .replace(/#(?=\d)/g, "＃")
    .replace(/!(?=\d)/g, "！");
}

/** Text for a terminal: several lines, no sequence that moves the cursor, sets a title or makes a link. */
export function forTerminal(text: string): string {
  return redact(stripInvisible(text));
}

/** Words made by our code, kept as Markdown; whatever got into them from outside can hide nothing and be no marker. */
export function ownWords(words: string): string {
  return redact(stripInvisible(words)).replaceAll("<!--", "<\\!--").trim();
}

/** YAML that may be anybody's: deep or large text is refused before the parser, which recurses and can abort Node (safety 0.9). */
import { type Document, Lexer, LineCounter, parseAllDocuments } from "yaml";

/** Largest YAML text that we parse, in bytes of UTF-8. */
export const YAML_MAX_BYTES = 256 * 1024;

/** Deepest nesting that we parse, flow and block together. */
export const YAML_MAX_DEPTH = 64;

/** Aliases that one document may resolve to, counted as the `yaml` package does: a bomb is refused, an anchor or two is not. */
const MAX_ALIAS_COUNT = 100;

/** What is wrong with a text, and where; `line` and `col` are one-based. */
export interface YamlProblem {
  readonly line: number;
  readonly col: number;
  readonly message: string;
}

/** One document of a YAML stream: its value, and the node tree with the positions. */
export interface YamlDocument {
  readonly value: unknown;
  /** Line on which it begins, one-based. */
  readonly line: number;
  readonly document: Document.Parsed;
  /** Line and column, one-based, of an offset in the text. */
  readonly position: (offset: number) => { readonly line: number; readonly col: number };
}

const OPENING = new Set(["[", "{"]);
const CLOSING = new Set(["]", "}"]);
/** Tokens that the lexer makes up, without text of their own. */
const MARKS = new Set(["\u0002", "\u0018", "\u001f"]);

/** How deep the collections are nested at the cursor of a scan: columns of open block collections, and open flow collections. */
class Nesting {
  private readonly columns: number[] = [];
  private flow = 0;
  /** True where a block collection may begin: at a line's first token, and after `- `, `? ` and `: `. */
  private atStart = true;

  see(token: string, column: number): void {
    if (OPENING.has(token)) this.flow += 1;
    else if (CLOSING.has(token)) this.flow = Math.max(0, this.flow - 1);
    if (/^[ \t]+$/.test(token)) return;
    if (this.atStart && this.flow === 0) this.open(column);
    this.atStart = token === "-" || token === "?" || token === ":" || token.endsWith("\n");
  }

  get depth(): number {
    return this.columns.length + this.flow;
  }

  private open(column: number): void {
    while ((this.columns.at(-1) ?? -1) >= column) this.columns.pop();
    this.columns.push(column);
  }
}

/** Looks for what must not reach the parser: too large (256 KiB where nothing else is said), or nested deeper than 64. Linear, without recursion. */
export function scanYaml(text: string, maxBytes = YAML_MAX_BYTES): YamlProblem | undefined {
  if (Buffer.byteLength(text) > maxBytes) return { line: 1, col: 1, message: `is larger than ${maxBytes / 1024} KiB` };
  const nesting = new Nesting();
  let line = 1;
  let column = 0;
  for (const token of new Lexer().lex(text)) {
    if (MARKS.has(token)) continue;
    nesting.see(token, column);
    if (nesting.depth > YAML_MAX_DEPTH) return { line, col: column + 1, message: `is nested deeper than ${YAML_MAX_DEPTH} levels` };
    const lastBreak = token.lastIndexOf("\n");
    column = lastBreak < 0 ? column + token.length : token.length - lastBreak - 1;
    if (lastBreak >= 0) line += token.split("\n").length - 1;
  }
  return undefined;
}

/** Other limits than the usual ones, for text that is larger by its nature. */
export interface YamlLimits {
  readonly maxBytes?: number;
  readonly maxAliases?: number;
}

/** Parses a stream of YAML 1.2 documents; duplicate keys, unknown tags and alias bombs are problems, not values. */
export function parseYaml(
  text: string,
  { maxBytes = YAML_MAX_BYTES, maxAliases = MAX_ALIAS_COUNT }: YamlLimits = {},
): { readonly documents: readonly YamlDocument[] } | { readonly problem: YamlProblem } {
  const problem = scanYaml(text, maxBytes);
  if (problem) return { problem };
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter, prettyErrors: false, logLevel: "error" });
  const position = (offset: number): { line: number; col: number } => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), col: Math.max(1, col) };
  };
  const documents: YamlDocument[] = [];
  for (const document of "empty" in parsed ? [] : parsed) {
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) return { problem: { ...position(fault.pos[0]), message: firstLine(fault.message) } };
    const { line, col } = position(document.contents?.range[0] ?? document.range[0]);
    const value = toValue(document, maxAliases);
    if ("fault" in value) return { problem: { line, col, message: value.fault } };
    documents.push({ value: value.value, line, document, position });
  }
  return { documents };
}

function toValue(document: Document.Parsed, maxAliasCount: number): { readonly value: unknown } | { readonly fault: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount });
    return { value };
  } catch (error) {
    return { fault: firstLine(error instanceof Error ? error.message : String(error)) };
  }
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}

/** `${{ expression }}` in a text: where each begins and ends. */
import { ExpressionError } from "./expression-error.ts";

/** A piece of a text: words as they stand, or an expression and where in the text it begins. */
export type Part = { readonly text: string } | { readonly expression: string; readonly offset: number };

const OPEN = "${{";
const CLOSE = "}}";

/** Splits a text at its expressions; `}}` in a CEL string or closing a CEL map ends none. @throws ExpressionError where one is not closed */
export function splitTemplate(text: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (let open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
    if (open > at) parts.push({ text: text.slice(at, open) });
    const start = open + OPEN.length;
    const end = endOfExpression(text, start);
    if (end === undefined) throw new ExpressionError("`${{` has no `}}`", open);
    parts.push(trimmed(text, start, end));
    at = end + CLOSE.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** The whole text as one expression: as it stands, or in one `${{ }}`. @throws ExpressionError when there is more than one */
export function soleExpression(text: string): { readonly expression: string; readonly offset: number } {
  const parts = splitTemplate(text).filter((part) => "expression" in part || part.text.trim() !== "");
  const [first, second] = parts;
  if (second) throw new ExpressionError("is one expression: put the whole of it into one `${{ }}`", 0);
  return first && "expression" in first ? first : trimmed(text, 0, text.length);
}

function trimmed(text: string, start: number, end: number): { expression: string; offset: number } {
  const raw = text.slice(start, end);
  return { expression: raw.trim(), offset: start + raw.length - raw.trimStart().length };
}

function endOfExpression(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"' || char === "'") at = endOfString(text, at);
    else if (char === "{") depth += 1;
    else if (char === "}" && depth > 0) depth -= 1;
    else if (text.startsWith(CLOSE, at)) return at;
  }
  return undefined;
}

/** Offset of the quote that closes the string which opens here. */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text[at] !== text[open]) at += text[at] === "\\" ? 2 : 1;
  return at;
}

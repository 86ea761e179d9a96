/** The words of a workflow's command: from what was said to the values of its inputs, and how it is written. */
import type { CompiledPipeline, Input, InputValue } from "../records/pipeline.ts";

type Said = { readonly inputs: Readonly<Record<string, InputValue>> } | { readonly problem: string };

const MAX_TEXT = 256;

/** `/deploy <app> [<version>]`: what has a default may be left out. */
export function usageOf({ on, inputs = [] }: Pick<CompiledPipeline, "on" | "inputs">): string {
  const words = inputs.map((input) => (input.default === undefined ? `<${input.name}>` : `[<${input.name}>]`));
  return [`/${on.comment?.command ?? ""}`, ...words].join(" ");
}

/**
 * Reads words as values: `name=value` for the input of that name, the others in the order of the file; the last one, if it is text, takes all
 * that is left.
 */
export function readInputs(declared: readonly Input[], words: string): Said {
  const parts = words.split(/\s+/).filter((part) => part !== "");
  const nameOf = (part: string): string | undefined => declared.find(({ name }) => part.startsWith(`${name}=`))?.name;
  const named = parts.flatMap((part) => (nameOf(part) === undefined ? [] : [[nameOf(part) ?? "", part.slice(part.indexOf("=") + 1)] as const]));
  const twice = named.find(([name], at) => named.findIndex(([other]) => other === name) !== at)?.[0];
  if (twice !== undefined) return { problem: `\`${twice}\` is said twice` };
  const free = declared.filter(({ name }) => !named.some(([known]) => known === name));
  const loose = parts.filter((part) => nameOf(part) === undefined);
  const takesAll = free.at(-1)?.type === "string";
  if (loose.length > free.length && !takesAll) return { problem: "there are more words than it takes" };
  const placed = free.map(({ name }, at) => [name, takesAll && at === free.length - 1 ? loose.slice(at).join(" ") : (loose[at] ?? "")] as const);
  return valuesOf(declared, new Map([...named, ...placed]));
}

function valuesOf(declared: readonly Input[], said: ReadonlyMap<string, string>): Said {
  const inputs: Record<string, InputValue> = {};
  for (const input of declared) {
    const text = said.get(input.name) ?? "";
    const value = text === "" ? input.default : valueOf(input, text);
    if (value === undefined) return { problem: text === "" ? `\`${input.name}\` is missing` : `\`${input.name}\` has to be ${KINDS[input.type]}` };
    inputs[input.name] = value;
  }
  return { inputs };
}

const KINDS = { string: `a text of at most ${MAX_TEXT} characters`, number: "a whole number", boolean: "`true` or `false`" } as const;

function valueOf({ type }: Input, text: string): InputValue | undefined {
  if (type === "string") return text.length <= MAX_TEXT ? text : undefined;
  if (type === "number") return /^-?\d{1,12}$/.test(text) ? Number(text) : undefined;
  return text === "true" || text === "false" ? text === "true" : undefined;
}

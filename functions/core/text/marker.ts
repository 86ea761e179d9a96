/** Hidden lines in our texts: which event a comment says, and which run a pull request or issue belongs to (engine.md 1, 5). */
import * as z from "zod";

/** The line by which a comment is found again when its event comes twice. */
export function eventMarker(eventId: string): string {
  return `<!-- anchorwatch ${eventId} -->`;
}

/** Tells whether a text of ours says this event. Look only at texts by our own numeric user id. */
export function saysEvent(body: string, eventId: string): boolean {
  return body.split("\n").some((line) => line.trim() === eventMarker(eventId));
}

const value = z.string().regex(/^[\w./:#-]{1,253}$/, "has characters that it may not have");

/** Where a pull request or issue comes from, so that a run can be made again from it when the store was lost. */
const OriginSchema = z.object({
  run: value,
  change: z.coerce.number().int().positive().optional(),
  incident: value.optional(),
  pipeline: value.optional(),
  cause: value.optional(),
});
export type Origin = z.infer<typeof OriginSchema>;

const LINE = /^<!-- anchorwatch (run=[^\n]{1,2000}) -->$/gm;

/** Writes the hidden line. @throws Error for a value that the line cannot carry */
export function originLine(origin: Origin): string {
  const checked = OriginSchema.safeParse(origin);
  if (!checked.success) throw new Error(`hidden line of run ${JSON.stringify(origin.run)}: ${z.prettifyError(checked.error)}`);
  const pairs = Object.entries(checked.data).filter(([, part]) => part !== undefined);
  return `<!-- anchorwatch ${pairs.map(([name, part]) => `${name}=${part}`).join(" ")} -->`;
}

/** Reads the hidden line of a description or an issue. @returns undefined where there is none, or one that is not as we write it */
export function parseOrigin(body: string): Origin | undefined {
  // The last one: ours stands at the end, after every word of others.
  const line = [...body.replaceAll("\r\n", "\n").matchAll(LINE)].at(-1)?.[1];
  if (line === undefined) return undefined;
  const pairs = line.split(" ").map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]);
  return OriginSchema.safeParse(Object.fromEntries(pairs)).data;
}

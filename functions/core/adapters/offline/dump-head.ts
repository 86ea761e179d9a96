/** What a dump says about itself, in the annotations of its list: when it was taken, and what could not be seen. */
import * as z from "zod";
import { textAt } from "../../records/read-object.ts";
import { instantOf } from "./newest-time.ts";

const TAKEN_AT = "anchorwatch.dev/taken-at";
const NOT_SEEN = "anchorwatch.dev/not-seen";
const NotSeenSchema = z.array(z.string().max(1024)).max(1_000);

export interface DumpHead {
  /** In ms since the epoch. */
  readonly takenAt: number;
  readonly notSeen: readonly string[];
}

export function dumpAnnotations({ takenAt, notSeen }: DumpHead): Readonly<Record<string, string>> {
  return { [TAKEN_AT]: new Date(takenAt).toISOString(), [NOT_SEEN]: JSON.stringify(notSeen.slice(0, 1_000)) };
}

/** Reads them from a list; undefined where it is no dump of ours. */
export function readDumpHead(list: unknown): DumpHead | undefined {
  const takenAt = instantOf(textAt(list, "metadata", "annotations", TAKEN_AT) ?? "");
  if (takenAt === undefined) return undefined;
  try {
    const notSeen = NotSeenSchema.safeParse(JSON.parse(textAt(list, "metadata", "annotations", NOT_SEEN) ?? "[]"));
    return { takenAt, notSeen: notSeen.data ?? ["the dump does not say what could not be seen"] };
  } catch {
    // Somebody edited it: that something may be missing is all that is known.
    return { takenAt, notSeen: ["the dump does not say what could not be seen"] };
  }
}

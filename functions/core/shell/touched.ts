/** Which run changes an object, or did last: a pointer that holds nothing, so that an alert about the object finds its way (design 6.2). */
import type { Stored } from "../ports/store.ts";
import { hashId } from "../records/ids.ts";
import { pointTo } from "./pointers.ts";
import { readRun } from "./runs.ts";
import type { Shell } from "./shell.ts";

/** Objects of one change that are pointed from. */
const MAX_OBJECTS = 20;

function pointerName(object: string): string {
  return `touched-${hashId("touched", object)}`;
}

/** Notes that a run changes these objects, named as people say them. A race leaves either of the runs, both of which change them. */
export async function noteTouched(shell: Shell, run: string, objects: readonly string[]): Promise<void> {
  for (const object of [...new Set(objects)].slice(0, MAX_OBJECTS)) await pointTo(shell, pointerName(object), { run, what: `touched ${object}` });
}

/** The run that changes one of these objects, or was the last to; undefined where none did. */
export async function runTouching(shell: Shell, objects: readonly string[]): Promise<Stored<"Run"> | undefined> {
  for (const object of objects.slice(0, MAX_OBJECTS)) {
    const pointer = await shell.store.read("Lock", pointerName(object));
    const run = pointer && (await readRun(shell, pointer.record.run));
    if (run && run !== "corrupt") return run;
  }
  return undefined;
}

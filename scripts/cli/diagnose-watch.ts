/** `anchorwatch diagnose --watch`: looks again and again, and tells what came and what went. */
import type { Cause } from "../../functions/core/records/finding.ts";
import { forTerminal } from "../../functions/core/text/harmless.ts";
import { causeLine, type Paint } from "./diagnosis-text.ts";

const LOOK_EVERY_MS = 15_000;

/** Never ends by itself; a look that fails is said, and the next one is tried. */
export async function watchCauses(look: () => Promise<readonly Cause[]>, before: readonly Cause[], paint: Paint): Promise<never> {
  let known = before;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    try {
      const causes = await look();
      for (const line of differences(known, causes, paint)) console.log(line);
      known = causes;
    } catch (error) {
      console.error(`${time()} could not look: ${forTerminal(error instanceof Error ? error.message : String(error))}`);
    }
  }
}

/** A line for each cause that came or went; the same trouble has the same id. */
export function differences(before: readonly Cause[], after: readonly Cause[], paint: Paint): string[] {
  const came = after.filter(({ id }) => !before.some((cause) => cause.id === id));
  const went = before.filter(({ id }) => !after.some((cause) => cause.id === id));
  return [
    ...came.map((cause) => `${time()} ${paint("red", "✗")} ${causeLine(cause)}`),
    ...went.map((cause) => `${time()} ${paint("green", "✓")} gone: ${causeLine(cause)}`),
  ];
}

function time(): string {
  return new Date().toISOString().slice(11, 19);
}

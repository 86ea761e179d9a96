/** The order of steps: what each waits for, and what therefore comes before it. */
import type { Report } from "./problem.ts";
import type { StepFile } from "./schema.ts";
import { suggest } from "./suggest.ts";

/** Ids of the steps that each step waits for, by its id. */
export type Needs = ReadonlyMap<string, readonly string[]>;

/** Without `needs` a step follows the one that is written before it. */
export function needsOf(steps: readonly StepFile[]): Needs {
  const needs = steps.map((step, index): [string, readonly string[]] => {
    const previous = steps[index - 1];
    return [step.id, step.needs ?? (previous ? [previous.id] : [])];
  });
  return new Map(needs.toReversed()); // Of steps with one id, the first counts.
}

/** All steps that have ended when this one starts. A step in a circle is among its own. */
export function stepsBefore(id: string, needs: Needs): readonly string[] {
  const found = new Set(needs.get(id));
  for (const before of found) for (const need of needs.get(before) ?? []) found.add(need);
  return [...found];
}

/** Ids are there once, `needs` name steps, and no step waits for itself. */
export function checkGraph(steps: readonly StepFile[], needs: Needs, report: Report): void {
  const seen = new Set<string>();
  const inCircle = new Set<string>();
  for (const [index, { id, needs: written }] of steps.entries()) {
    if (seen.has(id)) report({ keys: ["steps", index, "id"] }, `there is a step \`${id}\` already`);
    seen.add(id);
    for (const [position, need] of (written ?? []).entries()) {
      if (!needs.has(need))
        report(
          { keys: ["steps", index, "needs", position] },
          `there is no step \`${need}\`${suggest(
            need,
            [...needs.keys()].filter((other) => other !== id),
          )}`,
        );
    }
    const way = inCircle.has(id) ? undefined : circle(id, needs);
    if (!way) continue;
    for (const member of way) inCircle.add(member);
    report({ keys: ["steps", index, "needs"] }, `step \`${id}\` waits for itself: ${way.join(" → ")}`);
  }
}

/** The shortest way from a step over what it needs back to itself. */
function circle(id: string, needs: Needs): readonly string[] | undefined {
  const ways = [[id]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const need of needs.get(way.at(-1) ?? id) ?? []) {
      if (need === id) return [...way, id];
      if (!seen.has(need)) ways.push([...way, need]);
      seen.add(need);
    }
  }
  return undefined;
}

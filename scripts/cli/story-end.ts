/** How a story ended, in the words of its scenario, and whether that is how it should end. */
import type { Story } from "../../functions/core/boot/local-story.ts";
import type { Run } from "../../functions/core/records/run.ts";

type StoryEnd = Story["end"];

const WORDS: Readonly<Record<StoryEnd, string>> = {
  verified: "the fix was approved, applied and proved",
  "taken-back": "the fix did not help, and was taken back by itself",
  told: "nothing was sure enough to be proposed, so nothing was changed, and a person was told what to decide",
  recovered: "it passed by itself; nothing was changed, and a person was told",
};

const ACTED = "a safe action was done without a pull request, within its bounds, and a person was told";

function hasActed(run: Run): boolean {
  return run.steps.some(({ output }) => typeof output === "object" && output !== null && "acted" in output && output.acted === true);
}

/** @returns undefined for an end that no story has: a failed step, a change that nobody proved */
function endOf(run: Run): StoryEnd | undefined {
  const first = run.changes.find((change) => change.inverseOf === undefined);
  if (first) return first.state === "verified" || first.state === "taken-back" ? first.state : undefined;
  if (run.phase !== "succeeded" || run.thread?.kind !== "issue") return undefined;
  const hasRecovered = run.steps.some(({ output }) => typeof output === "object" && output !== null && "recovered" in output);
  return hasRecovered ? "recovered" : "told";
}

/** The last line of a story, and whether all went as it should. */
export function storyEnd(run: Run | undefined, wanted: StoryEnd): { readonly words: string; readonly asItShould: boolean } {
  if (!run) return { words: "The story did not end in time.", asItShould: false };
  const end = endOf(run);
  if (end === wanted) return { words: `The end: ${hasActed(run) ? ACTED : WORDS[end]}.`, asItShould: true };
  const instead = end === undefined ? `the run has ${run.phase}: ${run.outcome ?? "no reason given"}` : WORDS[end];
  return { words: `This story should have ended differently. It should be: ${WORDS[wanted]}. What came: ${instead}`, asItShould: false };
}

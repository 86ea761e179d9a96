/** Every story at once: all is broken, what fires is posted, a person says yes, and a table tells of all runs until each has ended. */
import type { Story } from "../../functions/core/boot/local-story.ts";
import type { Run } from "../../functions/core/records/run.ts";
import { painter } from "./diagnosis-text.ts";
import type { Telling } from "./narrator.ts";
import { createRunTable } from "./run-table.ts";
import { beginAndBreak, STORY_LIMIT_MS } from "./story.ts";
import { storyEnd } from "./story-end.ts";
import { APPROVER, waitsForYes } from "./teller.ts";
import { waitFor } from "./wait-for.ts";
import { isOver } from "./waits-for.ts";

/** Said again where it was too early: before the plan could be read. */
const SAY_AGAIN_MS = 10_000;

/** @returns whether each incident ended as its story says that it should */
export async function tellAll(story: Story, telling: Telling): Promise<boolean> {
  const { narrator, manual } = telling;
  await beginAndBreak(story, narrator);
  narrator.say(`${story.trouble}; Alertmanager posts what fires, as it fires`);
  narrator.say(manual ? "each pull request waits for you: npx anchorwatch comment N /approve" : `${APPROVER} reads each pull request, and comments /approve`);
  narrator.plain("");
  const table = createRunTable(process.stdout, painter(narrator.colour));
  const post = createPager(story);
  const approve = createApprover(story);
  const over = await waitFor(async () => {
    await post();
    const runs = await incidents(story);
    table.show(runs, Date.now());
    if (!manual) await approve(runs);
    return runs.length >= story.parts.size && runs.every(isOver) ? runs : undefined;
  }, STORY_LIMIT_MS);
  const runs = over ?? (await incidents(story));
  table.end(runs, Date.now());
  const wrong = whatIsWrong(story, runs);
  narrator.heading(wrong.length === 0 ? "The end: each ended as it does when it is alone." : "This should have ended differently.");
  wrong.forEach((words) => narrator.plain(words));
  return wrong.length === 0;
}

/** The oldest first. */
async function incidents({ local }: Story): Promise<readonly Run[]> {
  const { items } = await local.store.list("Run", { limit: 500 });
  return items
    .map(({ record }) => record)
    .filter(({ incident }) => incident !== undefined)
    .toSorted((one, other) => one.createdAt - other.createdAt);
}

/** Posts each alert when it begins to fire. */
function createPager(story: Story): () => Promise<void> {
  const posted = new Set<string>();
  return async () => {
    const fresh = story.firing().filter(({ labels }) => !posted.has(JSON.stringify(labels)));
    if (fresh.length === 0) return;
    const status = await story.postAlerts(fresh, "firing");
    // What was not taken is posted again, as Alertmanager does.
    if (status < 300) fresh.forEach(({ labels }) => posted.add(JSON.stringify(labels)));
  };
}

function createApprover(story: Story): (runs: readonly Run[]) => Promise<void> {
  const saidAt = new Map<number, number>();
  return async (runs) => {
    for (const { pullRequest = 0 } of runs.flatMap(({ changes }) => changes.filter(waitsForYes))) {
      if (Date.now() - (saidAt.get(pullRequest) ?? 0) < SAY_AGAIN_MS) continue;
      saidAt.set(pullRequest, Date.now());
      await story.comment(pullRequest, APPROVER, "/approve");
    }
  };
}

/** Incidents without their end, with another, or that no story has, in words. */
function whatIsWrong(story: Story, runs: readonly Run[]): readonly string[] {
  const aboutOf = (run: Run): string => run.incident?.title.split(" ").at(-1) ?? "";
  const wrong = [...story.parts].flatMap(([about, wanted]) => {
    const [run, ...more] = runs.filter((candidate) => aboutOf(candidate) === about);
    const end = storyEnd(run, wanted);
    return [...(end.asItShould ? [] : [`${about}: ${end.words}`]), ...more.map((other) => `${about}: one run more, which has ${other.phase}`)];
  });
  return [...wrong, ...runs.filter((run) => !story.parts.has(aboutOf(run))).map((run) => `${run.incident?.title ?? ""}: no story has this`)];
}

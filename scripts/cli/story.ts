/** One story: the world is made, broken, and watched until its run has ended. */
import type { Committed, Story } from "../../functions/core/boot/local-story.ts";
import type { Run } from "../../functions/core/records/run.ts";
import type { Narrator, Telling } from "./narrator.ts";
import { storyEnd } from "./story-end.ts";
import { createTeller } from "./teller.ts";
import { waitFor } from "./wait-for.ts";
import { isOver } from "./waits-for.ts";

/** A whole story, told with minutes of half a second, is over long before this. */
export const STORY_LIMIT_MS = 10 * 60_000;
const HEALTHY_LIMIT_MS = 60_000;

/** The healthy beginning, and the commits that break it. */
export async function beginAndBreak(story: Story, narrator: Narrator): Promise<void> {
  const sayCommit = (made: Committed): void => narrator.say(`${made.by} commits ${made.commit.slice(0, 8)} "${made.subject}"`);
  narrator.heading(story.title);
  await story.begin(sayCommit);
  await story.local.process.start();
  await waitFor(() => everythingHealthy(story), HEALTHY_LIMIT_MS);
  narrator.say("Argo CD has applied it; everything is healthy");
  await story.breakIt(sayCommit);
}

/** @returns whether the story ended as its scenario says that it should */
export async function tellStory(story: Story, telling: Telling): Promise<boolean> {
  const { narrator } = telling;
  await beginAndBreak(story, narrator);
  await fire(story, telling);
  const teller = createTeller(story, telling);
  const run = await waitFor(() => ended(story, teller.look, telling), STORY_LIMIT_MS);
  sayMessages(telling);
  const end = storyEnd(run, story.end);
  narrator.heading(end.words);
  return end.asItShould;
}

/** Messages to people's channels, after what they are about. */
function sayMessages({ narrator, messages }: Telling, upTo = messages.length): void {
  for (const message of messages.splice(0, upTo)) narrator.say(`message: ${message}`);
}

async function everythingHealthy({ local }: Story): Promise<true | undefined> {
  const apps = await local.process.world.gitops.applications();
  const pipelines = await local.store.list("Pipeline");
  const healthy = apps.every((app) => (app["status"] as { health?: { status?: string } } | undefined)?.health?.status === "Healthy");
  return healthy && pipelines.items.length > 0 ? true : undefined;
}

async function fire(story: Story, { narrator }: Telling): Promise<void> {
  const firing = (): ReturnType<Story["firing"]> | undefined => {
    const alerts = story.firing();
    return alerts.length > 0 ? alerts : undefined;
  };
  const alerts = (await waitFor(firing, HEALTHY_LIMIT_MS)) ?? [];
  narrator.say(story.trouble);
  const status = await story.postAlerts(alerts, "firing");
  narrator.say(
    `Alertmanager posts ${alerts.length} alert${alerts.length === 1 ? "" : "s"}: ${alerts[0]?.labels["alertname"] ?? ""} ${aboutOf(alerts[0]?.labels ?? {})} (answered ${status})`,
  );
}

/** The service that Prometheus asked is not what an alert is about. */
function isScraper(labels: Readonly<Record<string, string>>, label: string): boolean {
  return label === "service" && labels["service"] === "kube-state-metrics";
}

function aboutOf(labels: Readonly<Record<string, string>>): string {
  const named = ["pod", "node", "service", "namespace"].find((label) => (labels[label] ?? "") !== "" && !isScraper(labels, label)) ?? "namespace";
  return named === "pod" ? (labels["pod"] ?? "") : `${named} ${labels[named] ?? ""}`;
}

/** The run of the incident, once it has ended and owes nothing; told on the way. */
async function ended({ local }: Story, look: (run: Run, name: string) => Promise<void>, telling: Telling): Promise<Run | undefined> {
  const waiting = telling.messages.length;
  const runs = await local.store.list("Run", { limit: 500 });
  const stored = runs.items.find(({ record }) => record.incident !== undefined);
  if (!stored) return undefined;
  await look(stored.record, stored.name);
  // A message is sent before the run knows its thread; it is told after that.
  if (stored.record.thread) sayMessages(telling, waiting);
  return isOver(stored.record) ? stored.record : undefined;
}

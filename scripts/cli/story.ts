/** One story: the world is made, broken, and watched until its run has ended. */
import type { Story } from "../../functions/core/boot/local-story.ts";
import type { Run } from "../../functions/core/records/run.ts";
import type { Telling } from "./narrator.ts";
import { createTeller } from "./teller.ts";
import { waitFor } from "./wait-for.ts";

/** A whole story, told with minutes of half a second, is over long before this. */
const STORY_LIMIT_MS = 10 * 60_000;
const HEALTHY_LIMIT_MS = 60_000;

/** @returns whether the story ended as it should: with a verified change, or one that was taken back */
export async function tellStory(story: Story, telling: Telling): Promise<boolean> {
  const { narrator } = telling;
  narrator.heading(story.title);
  for (const made of await story.begin()) narrator.say(`${made.by} commits ${made.commit.slice(0, 8)} "${made.subject}"`);
  await story.local.process.start();
  await waitFor(() => everythingHealthy(story), HEALTHY_LIMIT_MS);
  narrator.say("Argo CD has applied it; everything is healthy");
  for (const made of await story.breakIt()) narrator.say(`${made.by} commits ${made.commit.slice(0, 8)} "${made.subject}"`);
  await fire(story, telling);
  const teller = createTeller(story, telling);
  const run = await waitFor(() => ended(story, teller.look), STORY_LIMIT_MS);
  narrator.heading(run === undefined ? "The story did not end in time." : `The run has ${run.phase}: ${run.outcome ?? ""}`);
  return run?.changes.some((change) => change.state === "verified" || change.state === "taken-back") ?? false;
}

async function everythingHealthy({ local }: Story): Promise<true | undefined> {
  const apps = await local.process.world.gitops.applications();
  const pipelines = await local.store.list("Pipeline");
  const healthy = apps.every((app) => (app["status"] as { health?: { status?: string } } | undefined)?.health?.status === "Healthy");
  return healthy && pipelines.items.length > 0 ? true : undefined;
}

async function fire(story: Story, { narrator }: Telling): Promise<void> {
  const alerts = (await waitFor(() => (story.firing().length > 0 ? story.firing() : undefined), HEALTHY_LIMIT_MS)) ?? [];
  narrator.say("the new pod crashes, and crashes again");
  const status = await story.postAlerts(alerts, "firing");
  narrator.say(
    `Alertmanager posts ${alerts.length} alert${alerts.length === 1 ? "" : "s"}: ${alerts[0]?.labels["alertname"] ?? ""} ${alerts[0]?.labels["pod"] ?? ""} (answered ${status})`,
  );
}

/** The run of the incident, once it has ended and owes nothing; told on the way. */
async function ended({ local }: Story, look: (run: Run, name: string) => Promise<void>): Promise<Run | undefined> {
  const runs = await local.store.list("Run", { limit: 500 });
  const stored = runs.items.find(({ record }) => record.incident !== undefined);
  if (!stored) return undefined;
  await look(stored.record, stored.name);
  const over = !["running", "ending"].includes(stored.record.phase);
  return over && stored.record.outbox.length === 0 ? stored.record : undefined;
}

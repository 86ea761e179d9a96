/** The real process on its port, with something broken in its cluster; it answers lines on stdin about itself. Started with --expose-gc. */
import { createInterface } from "node:readline";
import { localFiles } from "../../functions/core/boot/local-files.ts";
import { readLocalSecrets } from "../../functions/core/boot/local-secrets.ts";
import { openStory } from "../../functions/core/boot/local-story.ts";
import { alertmanagerBody } from "../../functions/core/local/alertmanager.ts";
import { waitFor } from "../../scripts/cli/wait-for.ts";

const LIMIT_MS = 30_000;

const story = await openStory("crash-loop", () => undefined);
const { local } = story;
const { gitops, forge } = local.process.world;
await story.begin(() => undefined);
await local.process.start();
await gitops.tick();
await waitFor(async () => ((await local.store.list("Pipeline")).items.length > 0 ? true : undefined), LIMIT_MS);
await story.breakIt(() => undefined);
const firing = await waitFor(() => (story.firing().length > 0 ? story.firing() : undefined), LIMIT_MS);
const startsAt = Date.now();
const alert = JSON.stringify(alertmanagerBody((firing ?? []).map((one) => ({ ...one, status: "firing" as const, startsAt }))));
const { alertmanagerToken, webhookSecret } = readLocalSecrets(localFiles(local.directory).secrets);
console.log(JSON.stringify({ baseUrl: local.baseUrl, alertmanagerToken, webhookSecret, alert }));

const count = (what: string): number => forge.ledger().filter((entry) => entry.what === what && entry.outcome < 300).length;

async function tell(): Promise<object> {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const runs = (await local.store.list("Run", { limit: 500 })).items;
  const incidents = runs.filter(({ record }) => record.incident !== undefined);
  return {
    kept: heapUsed + arrayBuffers,
    runs: incidents.length,
    phases: incidents.map(({ record }) => record.phase),
    changes: incidents.flatMap(({ record }) => record.changes.map((change) => change.state)),
    owed: runs.flatMap(({ name, record }) => record.outbox.map((entry) => ({ run: name, id: entry.id, type: entry.type, at: entry.at }))),
    pulls: count("POST /pulls"),
    merges: count("POST /merge"),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "tell") console.log(JSON.stringify(await tell()));
  if (line === "approve") await story.comment(1, "ada", "/approve");
}
process.exit(0);

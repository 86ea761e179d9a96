/** The whole story as a process that may be killed anywhere: started again on the same folder, it goes on where it was. */
import { openStory } from "../../functions/core/boot/local-story.ts";
import { waitFor } from "../../scripts/cli/wait-for.ts";

const LIMIT_MS = 50_000;

const story = await openStory(process.env["ANCHORWATCH_TEST_SCENARIO"] ?? "crash-loop", () => undefined);
const { local } = story;
const { forge, gitops } = local.process.world;

const began = forge.tip("main") !== undefined;
if (!began) await story.begin();
await local.process.start();
await gitops.tick();
await waitFor(async () => ((await local.store.list("Pipeline")).items.length > 0 ? true : undefined), LIMIT_MS);
await waitFor(
  async () => ((await gitops.applications()).every((app) => JSON.stringify(app["status"]).includes('"status":"Healthy"')) ? true : undefined),
  began ? 1_000 : LIMIT_MS,
);
const broken = forge.ledger().some((entry) => entry.what === "push" && entry.who === "ben");
if (!broken) await story.breakIt();

const ended = await waitFor(async () => {
  const runs = (await local.store.list("Run", { limit: 500 })).items.filter(({ record }) => record.incident !== undefined);
  const [run] = runs.map(({ record }) => record);
  if (!run) {
    if (story.firing().length > 0) await story.postAlerts(story.firing(), "firing");
    return undefined;
  }
  const change = run.changes[0];
  const said = forge.ledger().some((entry) => entry.what === "POST /comments" && entry.who === "ada");
  if (change?.state === "proposed" && change.proposedAt !== undefined && Date.now() - change.proposedAt > 1_500 && !said)
    await story.comment(change.pullRequest ?? 0, "ada", "/approve");
  return run.phase !== "running" && run.phase !== "ending" && run.outbox.length === 0 ? run : undefined;
}, LIMIT_MS);

const runs = (await local.store.list("Run", { limit: 500 })).items.filter(({ record }) => record.incident !== undefined);
const comments = forge
  .ledger()
  .filter((entry) => entry.what === "POST /comments" && entry.who === "anchorwatch-words")
  .map(({ details }) => (details as { body: string }).body);
const deleted = forge.ledger().filter((entry) => entry.what === "DELETE /comments").length;
console.log(
  JSON.stringify({
    phase: ended?.phase,
    changes: ended?.changes.map((change) => change.state),
    runs: runs.length,
    pulls: forge.ledger().filter((entry) => entry.what === "POST /pulls").length,
    merges: forge.ledger().filter((entry) => entry.what === "POST /merge" && entry.outcome === 200).length,
    repeated: comments.length - deleted - new Set(comments.map((body) => /<!-- anchorwatch ([0-9a-f]{32}) -->/.exec(body)?.[1] ?? body)).size,
    outcome: ended?.outcome,
    warnings: ended?.warnings,
  }),
);
local.close();
process.exit(0);

/** The whole story as a process that may be killed anywhere: started again on the same folder, it goes on where it was. */
import { openStory } from "../../functions/core/boot/local-story.ts";
import { waitFor } from "../../scripts/cli/wait-for.ts";

const LIMIT_MS = Number(process.env["ANCHORWATCH_TEST_LIMIT_MS"] ?? 90_000);
/** A yes has to be newer than what it answers, by the forge's whole seconds. */
const READING_MS = 1_500;
const MAX_ANSWERS = 4;
const PIPELINE = ".anchorwatch/pipelines/crash-loop.yaml";

const scenario = process.env["ANCHORWATCH_TEST_SCENARIO"] ?? "crash-loop";
const story = await openStory(scenario, () => undefined);
const { local } = story;
const { forge, gitops, outside } = local.process.world;

const began = forge.tip("main") !== undefined;
if (!began) await story.begin(() => undefined);
await limitFind(process.env["ANCHORWATCH_TEST_FIND_TIMEOUT"]);
await local.process.start();
await gitops.tick();
await waitFor(async () => ((await local.store.list("Pipeline")).items.length > 0 ? true : undefined), LIMIT_MS);
await waitFor(
  async () => ((await gitops.applications()).every((app) => JSON.stringify(app["status"]).includes('"status":"Healthy"')) ? true : undefined),
  began ? 1_000 : LIMIT_MS,
);
const broken = forge.ledger().some((entry) => entry.what === "push" && entry.who === "ben");
if (!broken) await story.breakIt(() => undefined);

/** Gives the step `find` a timeout in the workflow file, if it has none yet. */
async function limitFind(timeout: string | undefined): Promise<void> {
  if (timeout === undefined || scenario !== "crash-loop") return;
  const git = outside.git();
  const head = await git.resolve(forge.repository, "main");
  const text = head && (await git.read(forge.repository, head.id, PIPELINE));
  if (text === undefined) throw new Error(`${PIPELINE} is not there`);
  if (text.includes("timeout:")) return;
  const files = { [PIPELINE]: text.replace("tool: find_problems,", `tool: find_problems, timeout: ${timeout},`) };
  await forge.push("ada", { branch: "main", message: "less patience", files });
}

const talk = (who: string): readonly { readonly at: number; readonly body: string }[] =>
  forge
    .ledger()
    .filter((entry) => entry.what === "POST /comments" && entry.who === who)
    .map(({ at, details }) => ({ at, body: (details as { body: string }).body }));

/** Ada says yes to what is shown, and again where she is asked again. */
async function answer(pullRequest: number): Promise<void> {
  const answers = talk("ada");
  const asked = talk("anchorwatch-words").filter(({ body }) => /read the plan|say it again/i.test(body));
  const newest = asked.at(-1)?.at ?? 0;
  const answered = answers.at(-1)?.at ?? 0;
  const due = answers.length === 0 || (newest > answered && Date.now() - newest > READING_MS);
  if (due && answers.length < MAX_ANSWERS) await story.comment(pullRequest, "ada", "/approve");
}

let proposedSince: number | undefined;
const ended = await waitFor(async () => {
  const runs = (await local.store.list("Run", { limit: 500 })).items.filter(({ record }) => record.incident !== undefined);
  const [run] = runs.map(({ record }) => record);
  if (!run) {
    if (story.firing().length > 0) await story.postAlerts(story.firing(), "firing");
    return undefined;
  }
  const change = run.changes[0];
  proposedSince = change?.state === "proposed" ? (proposedSince ?? Date.now()) : undefined;
  if (proposedSince !== undefined && Date.now() - proposedSince > READING_MS) await answer(change?.pullRequest ?? 0);
  return run.phase !== "running" && run.phase !== "ending" && run.outbox.length === 0 ? run : undefined;
}, LIMIT_MS);

const runs = (await local.store.list("Run", { limit: 500 })).items.filter(({ record }) => record.incident !== undefined);
const count = (what: string): number => forge.ledger().filter((entry) => entry.what === what && entry.outcome < 300).length;
const said = talk("anchorwatch-words").map(({ body }) => body);
console.log(
  JSON.stringify({
    phase: ended?.phase,
    outcome: ended?.outcome,
    changes: ended?.changes.map((change) => change.state),
    runs: runs.length,
    pulls: count("POST /pulls"),
    merges: count("POST /merge"),
    issues: count("POST /issues"),
    repeated: said.length - count("DELETE /comments") - new Set(said.map((body) => /<!-- anchorwatch ([0-9a-f]{32}) -->/.exec(body)?.[1] ?? body)).size,
    approvals: talk("ada").length,
    jobs: local.process.world.cluster.now().filter(({ kind }) => kind === "Job").length,
    warnings: ended?.warnings,
  }),
);
local.close();
process.exit(0);

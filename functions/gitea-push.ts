/** Workflow files: a push to the default branch makes their reading due; reading checks, publishes and reports them (design 6.1). */
import type { Hono } from "hono";
import * as z from "zod";
import { decideFact } from "./core/engine/decide.ts";
import { repositoryRunId } from "./core/engine/start.ts";
import { CatalogRequested } from "./core/events/catalog.ts";
import type { Forge } from "./core/ports/forge.ts";
import type { Git } from "./core/ports/git.ts";
import { formatProblem } from "./core/records/checked-yaml.ts";
import { IGNORE_PATH, parseIgnore } from "./core/records/ignore.ts";
import { hashId } from "./core/records/ids.ts";
import { type RepositoryRef, SCHEMA_VERSION } from "./core/records/fields.ts";
import type { CompiledPipeline, Pipeline } from "./core/records/pipeline.ts";
import type { Authenticate } from "./core/shell/authenticate.ts";
import { defineFunction } from "./core/shell/define-function.ts";
import { moveRun } from "./core/shell/runs.ts";
import type { Shell } from "./core/shell/shell.ts";
import type { WatchedRepository } from "./core/shell/watched-repository.ts";
import { serveIngress } from "./core/shell/webhook.ts";
import { parseWorkflow } from "./core/workflow/parse.ts";
import { Terminal } from "./core/shell/outcome.ts";
import { commandsInForce, publishPipeline, retirePipelines } from "./core/shell/pipelines.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** What a record keeps of a path; a file with a longer one is named and left out, so that the others are still read. */
const PATH_MAX_LENGTH = 512;

/** Where workflow files live in the user's repository. */
export const PIPELINES_PATH = ".anchorwatch/pipelines";

const PushSchema = z.looseObject({ ref: z.string(), after: z.string(), repository: z.looseObject({ id: z.number().int() }) });

export interface PushDeps {
  readonly shell: Shell;
  readonly git: Git;
  /** The checks user: reads, and sets commit statuses. */
  readonly forge: Pick<Forge, "setStatus">;
  readonly tools: readonly string[];
}

export const giteaPush = defineFunction({
  name: "gitea-push",
  consumes: CatalogRequested,
  limitMs: 30_000,
  async handle(effect, deps: PushDeps) {
    const { repository } = effect.data;
    const head = await deps.git.resolve(repository, effect.run.spec.baseRef);
    if (!head) throw new Terminal(`${repository.name} has no branch ${effect.run.spec.baseRef}`);
    const files = (await deps.git.files(repository, head.id, PIPELINES_PATH)).filter((file) => /\.ya?ml$/.test(file.path));
    const paths = files.map(({ path }) => path).filter((path) => path.length <= PATH_MAX_LENGTH);
    const tooLong = files
      .filter(({ path }) => path.length > PATH_MAX_LENGTH)
      .map(({ path }) => `${path.slice(0, 80)}…: its path is longer than ${PATH_MAX_LENGTH} characters`);
    const ignore = await readIgnore(deps, repository, head.id);
    const known = [...paths, ...ignore.map(({ source }) => source.path)].map((path) => recordName(repository, path));
    const inForce = await retirePipelines(deps.shell, repository, new Set(known));
    const commands = new Map([...(await commandsInForce(deps.shell.store, repository))].map(([command, { path }]) => [command, path]));
    const read = [...(await readWorkflows(deps, repository, { commit: head.id, paths, inForce, commands })), ...ignore];
    for (const pipeline of read) await publishPipeline(deps.shell, recordName(repository, pipeline.source.path), pipeline);
    const problems = [...read.flatMap(({ error }) => error ?? []), ...tooLong];
    await effect.guard();
    const description = (problems[0] ?? `${files.length} workflow file${files.length === 1 ? "" : "s"} in force`).slice(0, 255);
    await deps.forge.setStatus(repository, head.id, { context: "anchorwatch/pipelines", state: problems.length === 0 ? "success" : "failure", description });
    return { result: "catalog-loaded" };
  },
});

/** The ignore file as a record of its own; none where there is no file. */
async function readIgnore({ git }: PushDeps, repository: RepositoryRef, commit: string): Promise<readonly Pipeline[]> {
  const text = await git.read(repository, commit, IGNORE_PATH);
  if (text === undefined) return [];
  const base = { schema: SCHEMA_VERSION, source: { repository, path: IGNORE_PATH, commit } };
  const parsed = parseIgnore(text);
  if (parsed.ok) return [{ ...base, valid: true, ignores: [...parsed.value] }];
  return [{ ...base, valid: false, error: (parsed.problems.map(formatProblem)[0] ?? "invalid").slice(0, 512) }];
}

interface Reading {
  readonly commit: string;
  readonly paths: readonly string[];
  /** Names that are taken, each with its file. */
  readonly inForce: ReadonlyMap<string, string>;
  /** Commands that are taken, each with its file. */
  readonly commands: ReadonlyMap<string, string>;
}

/** Reads and checks every file. No name and no command is in force twice: the file that has it keeps it, and of two new ones the first path gets it. */
async function readWorkflows({ git, tools }: PushDeps, repository: RepositoryRef, reading: Reading): Promise<readonly Pipeline[]> {
  const { commit, paths } = reading;
  const taken = new Map(reading.inForce);
  const commands = new Map(reading.commands);
  const read: Pipeline[] = [];
  for (const path of paths) {
    const text = (await git.read(repository, commit, path)) ?? "";
    const checked = checkWorkflow(text, path, { tools, taken, commands });
    const base = { schema: SCHEMA_VERSION, source: { repository, path, commit } };
    if ("name" in checked) {
      taken.set(checked.name, path);
      if (checked.on.comment) commands.set(checked.on.comment.command, path);
      read.push({ ...base, valid: true, compiled: checked, compiledFrom: commit });
    } else read.push({ ...base, valid: false, error: checked.problem.slice(0, 512) });
  }
  return read;
}

function checkWorkflow(
  text: string,
  path: string,
  { tools, taken, commands }: { tools: readonly string[]; taken: ReadonlyMap<string, string>; commands: ReadonlyMap<string, string> },
): CompiledPipeline | { problem: string } {
  const ofOthers = new Map([...commands].filter(([, owner]) => owner !== path));
  const parsed = parseWorkflow(text, path, { tools, taken: ofOthers });
  if (!parsed.ok) return { problem: parsed.problems.map(({ line, col, message }) => `${path}:${line}:${col}: ${message}`)[0] ?? "invalid" };
  const owner = taken.get(parsed.pipeline.name) ?? path;
  return owner === path ? parsed.pipeline : { problem: `${path}:1:1: ${owner} has the name ${parsed.pipeline.name} already` };
}

function recordName(repository: RepositoryRef, path: string): string {
  return `pipeline-${hashId("pipeline", repository.id, path)}`;
}

/** The push hook: only the default branch of a watched repository counts; everything else is answered and ignored. */
export function servePush(app: Hono, given: { shell: Shell; authenticate: Authenticate; repositories: readonly WatchedRepository[] }): Hono {
  const accept = async (push: z.infer<typeof PushSchema>): Promise<"stored" | { ignored: string }> => {
    const repository = given.repositories.find((known) => known.id === push.repository.id);
    if (!repository) return { ignored: `repository ${push.repository.id} is not watched` };
    if (push.ref !== `refs/heads/${repository.defaultBranch}`) return { ignored: `${push.ref} is not the default branch` };
    await moveRun(given.shell, repositoryRunId(repository), (run, context) => decideFact(run, { fact: "push" }, context), { causeId: push.after });
    return "stored";
  };
  serveIngress(app, { path: "/", maxBytes: MAX_BODY_BYTES, authenticate: given.authenticate, schema: PushSchema, accept }, given.shell);
  return app;
}

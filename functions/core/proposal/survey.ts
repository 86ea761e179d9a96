/** The look at all our open pull requests: those whose run is gone get one again, or are closed with a note (engine.md 5). */
import { adoptedRun, type Orphan } from "../engine/adopt.ts";
import { changeOf } from "../engine/changes.ts";
import { decideStart } from "../engine/decide.ts";
import { isChangeOver } from "../engine/transitions.ts";
import type { Forge, PullRequest } from "../ports/forge.ts";
import { StoreError } from "../ports/store.ts";
import type { RepositoryRef } from "../records/fields.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";
import type { Run } from "../records/run.ts";
import type { Effect } from "../shell/define-function.ts";
import { lockName } from "../shell/incidents.ts";
import { Retryable } from "../shell/outcome.ts";
import { contextOf, createRun } from "../shell/runs.ts";
import type { Shell } from "../shell/shell.ts";
import { parseBranch } from "../text/branch.ts";
import { parseOrigin } from "../text/marker.ts";

interface SurveyDeps {
  readonly shell: Shell;
  readonly forge: Forge;
  readonly proposerId: number;
}

/** @throws Unavailable, Refused; Retryable while the workflow files have not been read */
export async function survey(effect: Effect<unknown>, repository: RepositoryRef, deps: SurveyDeps): Promise<void> {
  const open = await deps.forge.pullRequests(repository, "open");
  for (const pull of open.filter((candidate) => candidate.author.id === deps.proposerId)) {
    const branch = parseBranch(pull.head.ref);
    if (!branch) continue;
    const run = (await deps.shell.store.read("Run", branch.run))?.record;
    if (!run) await adopt(effect, { repository, pull, branch }, deps);
    else if (isUnwatched(run, branch.change)) await closeUnwatched(effect, { repository, pull, branch }, deps);
  }
}

/** Its run is over, owes nothing more, and so will never look at it. */
function isUnwatched(run: Run, number: number): boolean {
  const change = changeOf(run, number);
  return run.endedAt !== undefined && run.outbox.length === 0 && (!change || isChangeOver(change.state));
}

/** Closed with a note, once: a person who opens it again after that means it, and it is theirs. */
async function closeUnwatched(effect: Effect<unknown>, { repository, pull }: Found, deps: SurveyDeps): Promise<void> {
  const comments = await deps.forge.comments(repository, pull.number);
  const merger = await deps.forge.whoAmI();
  if (comments.some((comment) => comment.author.id === merger.id && comment.body.includes(UNWATCHED))) return;
  await effect.guard();
  await deps.forge.comment(
    repository,
    pull.number,
    `The run that opened this has ended, so nobody watches over it. I close it; the branch stays. If you open it again, I leave it to you.\n\n${UNWATCHED}`,
  );
  await deps.forge.closePullRequest(repository, pull.number);
}

/** By this line the note is found again. */
const UNWATCHED = "<!-- anchorwatch unwatched -->";

interface Found {
  readonly repository: RepositoryRef;
  readonly pull: PullRequest;
  readonly branch: { readonly run: string; readonly change: number };
}

async function adopt(effect: Effect<unknown>, found: Found, deps: SurveyDeps): Promise<void> {
  const orphan = await readOrphan(found, deps);
  if (!orphan) {
    await effect.guard();
    await deps.forge.comment(
      found.repository,
      found.pull.number,
      "The workflow that opened this is not there any more, so nobody watches over it. I close it; the branch stays.",
    );
    await deps.forge.closePullRequest(found.repository, found.pull.number);
    return;
  }
  if (orphan.incidentKey !== undefined) await lockIncident(deps.shell, orphan.incidentKey, found.branch.run);
  const context = await contextOf(deps.shell, found.branch.run, { causeId: effect.id });
  await createRun(deps.shell, found.branch.run, decideStart(adoptedRun(orphan, context), context));
}

/** @returns undefined when the pull request does not say where it comes from, or its workflow is gone */
async function readOrphan({ repository, pull, branch }: Found, deps: SurveyDeps): Promise<Orphan | undefined> {
  const pipelines = await deps.shell.store.list("Pipeline", { limit: 500 });
  if (pipelines.items.length === 0) throw new Retryable("the workflow files have not been read yet", 1);
  const origin = parseOrigin(pull.body);
  const named = pipelines.items.map((item) => item.record).filter((record) => record.compiled?.name === origin?.pipeline);
  const pipeline = named.find((record) => record.source.repository.id === repository.id) ?? named[0];
  if (!origin || origin.run !== branch.run || origin.change !== branch.change || !pipeline?.compiled) return undefined;
  return {
    pipeline: pipeline.compiled,
    pipelineCommit: pipeline.compiledFrom ?? pipeline.source.commit,
    repository,
    baseRef: pull.base.ref,
    branch: pull.head.ref,
    pullRequest: pull.number,
    head: pull.head.sha,
    title: pull.title,
    change: branch.change,
    ...(origin.incident !== undefined && { incidentKey: origin.incident }),
    ...(origin.cause !== undefined && { cause: origin.cause }),
  };
}

async function lockIncident(shell: Shell, key: string, run: string): Promise<void> {
  try {
    await shell.store.create("Lock", lockName(key), { schema: SCHEMA_VERSION, run, what: `incident ${key}`, takenAt: shell.clock.now() });
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === "exists")) throw error; // Exists: the alert came first and names a run of its own.
  }
}

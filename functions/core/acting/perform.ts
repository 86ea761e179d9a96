/** One bounded action: looked at live, held against policy, cool-down and caps, written down, then done (design 8.1, 8.3; safety T36). */
import type { ActionRequest } from "../events/catalog.ts";
import type { Result } from "../engine/results.ts";
import { readPolicy } from "../judgement/read-policy.ts";
import type { Policy } from "../policy/policy-file.ts";
import type { Actuator } from "../ports/actuator.ts";
import type { Cluster } from "../ports/cluster.ts";
import type { Git } from "../ports/git.ts";
import type { GitOps } from "../ports/gitops.ts";
import type { Action } from "../records/action.ts";
import { type RepositoryRef, SCHEMA_VERSION } from "../records/fields.ts";
import type { Effect } from "../shell/define-function.ts";
import { Retryable } from "../shell/outcome.ts";
import type { Shell } from "../shell/shell.ts";
import type { WatchedRepository } from "../shell/sweep.ts";
import type { Intent, Looked } from "./action-tool.ts";
import { DIRECT_ACTIONS } from "./registry.ts";
import { hourOf, reserve } from "./reserve.ts";

export interface ActionDeps {
  readonly shell: Shell;
  readonly cluster: Cluster;
  readonly gitops: GitOps;
  readonly git: Git;
  readonly actuator: Actuator;
  /** Where the policy stands. */
  readonly repository: WatchedRepository;
  readonly repositoryOf: (repoURL: string) => Promise<RepositoryRef | undefined>;
}

/** @throws Unavailable, Refused, Retryable */
export async function perform(effect: Effect<ActionRequest>, deps: ActionDeps): Promise<Result> {
  const policy = await readPolicy(deps.git, deps.repository, deps.repository.defaultBranch);
  // What was begun is finished by its record: looked at again, it would be another action.
  const begun = (await deps.shell.store.read("Action", effect.id))?.record;
  if (begun && policy.mode === "act") return await act(effect, begun, deps);
  const looked = await look(effect, policy, deps);
  if ("nothing" in looked) return { result: "advised", words: `There is nothing to do: ${looked.nothing}.` };
  if ("refusal" in looked) return advise(looked.refusal, looked.command);
  const { intent } = looked;
  if (policy.mode !== "act") return advise(`the policy's mode is \`${policy.mode}\`, so I would ${intent.words}, and do not`, intent.command);
  const reserved = await reserve(deps.shell, effect.id, actionOf(effect, intent));
  if (reserved.may === "wait") throw new Retryable(`${intent.words}: cooling down after the last time`, reserved.minutes);
  if (reserved.may === "ask") return advise(`I do not ${intent.words}: ${reserved.words}`, intent.command);
  return await act(effect, reserved.action, deps);
}

async function look(effect: Effect<ActionRequest>, policy: Policy, { cluster, gitops, git, repository, repositoryOf }: ActionDeps): Promise<Looked> {
  const head = await git.resolve(repository, repository.defaultBranch);
  return await DIRECT_ACTIONS[effect.data.tool].look(effect.data.with, {
    cluster,
    gitops,
    policy,
    now: effect.now,
    minuteMs: effect.minuteMs,
    defaultBranch: repository.defaultBranch,
    head: head?.id,
    isWatched: async (repoURL) => (await repositoryOf(repoURL))?.id === repository.id,
  });
}

function actionOf({ data, runId, now, minuteMs }: Effect<ActionRequest>, intent: Intent): Action {
  const { command: _command, targets, ...what } = intent;
  return { schema: SCHEMA_VERSION, run: runId, step: data.step, tool: data.tool, ...what, targets: [...targets], at: now, hour: hourOf(now, minuteMs) };
}

async function act(effect: Effect<ActionRequest>, action: Action, { actuator, cluster, gitops }: ActionDeps): Promise<Result> {
  const acted = await DIRECT_ACTIONS[action.tool].act(action, { actuator, cluster, gitops, guard: effect.guard });
  if ("later" in acted) throw new Retryable(acted.later);
  if ("unsure" in acted) return advise(`I meant to ${action.words}, and cannot tell whether that is still right: ${acted.unsure}`);
  return { result: "acted", words: `I did this: ${action.words}.`, record: effect.id };
}

function advise(why: string, command?: string): Result {
  const words = `${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
  return { result: "advised", words, ...(command !== undefined && { command }) };
}

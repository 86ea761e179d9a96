/** One bounded action: looked at live, held against policy, cool-down and caps, written down, then done (design 8.1, 8.3; safety T36). */
import type { ActionRequest } from "../events/catalog.ts";
import type { Result } from "../engine/results.ts";
import { readPolicy } from "../judgement/read-policy.ts";
import type { Policy } from "../policy/policy-file.ts";
import type { Actuator } from "../ports/actuator.ts";
import type { Cluster } from "../ports/cluster.ts";
import { Refused } from "../ports/errors.ts";
import type { Git } from "../ports/git.ts";
import type { GitOps } from "../ports/gitops.ts";
import type { Action } from "../records/action.ts";
import { formatObject, type ObjectRef, SCHEMA_VERSION } from "../records/fields.ts";
import type { Effect } from "../shell/define-function.ts";
import { Retryable } from "../shell/outcome.ts";
import type { Shell } from "../shell/shell.ts";
import { type RepositoryOf, type WatchedRepository, watchedOf } from "../shell/watched-repository.ts";
import type { Intent, Looked } from "./action-tool.ts";
import { ownersOf } from "./owners-of.ts";
import { DIRECT_ACTIONS } from "./registry.ts";
import { hourOf, reserve } from "./reserve.ts";

export interface ActionDeps {
  readonly shell: Shell;
  readonly cluster: Cluster;
  readonly gitops: GitOps;
  readonly git: Git;
  readonly actuator: Actuator;
  /** All that are watched: each has a policy of its own. */
  readonly repositories: readonly WatchedRepository[];
  readonly repositoryOf: RepositoryOf;
}

/** @throws Unavailable, Refused, Retryable */
export async function perform(effect: Effect<ActionRequest>, deps: ActionDeps): Promise<Result> {
  const home = watchedOf(deps.repositories, effect.run.spec.repository);
  if (!home) throw new Refused(`${effect.run.spec.repository.name} is not watched any more, so nothing is done for its workflow`);
  const policy = await readPolicy(deps.git, home, home.defaultBranch);
  // What was begun is finished by its record: looked at again, it would be another action.
  const begun = (await deps.shell.store.read("Action", effect.id))?.record;
  if (begun && policy.mode === "act" && (await whyOwnersDoNot(effect, { home, subject: begun.subject }, deps)) === undefined)
    return await act(effect, begun, deps);
  const looked = await look(effect, policy, deps);
  if ("nothing" in looked) return { result: "advised", words: `There is nothing to do: ${looked.nothing}.` };
  if ("refusal" in looked) return advise(looked.refusal, looked.command);
  const { intent } = looked;
  if (policy.mode !== "act") return advise(`the policy's mode is \`${policy.mode}\`, so I would ${intent.words}, and do not`, intent.command);
  const no = await whyOwnersDoNot(effect, { home, subject: intent.subject }, deps);
  if (no !== undefined) return advise(`${no}, so I would ${intent.words}, and do not`, intent.command);
  const reserved = await reserve(deps.shell, effect.id, actionOf(effect, intent));
  if (reserved.may === "wait") throw new Retryable(`${intent.words}: cooling down after the last time`, reserved.minutes);
  if (reserved.may === "ask") return advise(`I do not ${intent.words}: ${reserved.words}`, intent.command);
  return await act(effect, reserved.action, deps);
}

interface Asked {
  /** Whose workflow asks for it. */
  readonly home: WatchedRepository;
  readonly subject: ObjectRef;
}

/** What a workflow of one repository may do to the objects of another is for the other's policy to say. */
async function whyOwnersDoNot(effect: Effect<ActionRequest>, { home, subject }: Asked, deps: ActionDeps): Promise<string | undefined> {
  const owners = await ownersOf(subject, deps);
  for (const owner of owners.filter(({ id }) => id !== home.id)) {
    const policy = await readPolicy(deps.git, owner, owner.defaultBranch);
    const what = `${formatObject(subject)} comes from ${owner.name}`;
    if (policy.mode !== "act") return `${what}, whose mode is \`${policy.mode}\``;
    const looked = await look(effect, policy, deps);
    if ("refusal" in looked) return `${what}, and by its policy: ${looked.refusal}`;
  }
  return undefined;
}

async function look(effect: Effect<ActionRequest>, policy: Policy, { cluster, gitops, git, repositoryOf }: ActionDeps): Promise<Looked> {
  return await DIRECT_ACTIONS[effect.data.tool].look(effect.data.with, {
    cluster,
    gitops,
    policy,
    now: effect.now,
    minuteMs: effect.minuteMs,
    branchOf: async (repoURL) => {
      const repository = await repositoryOf(repoURL);
      return repository && { name: repository.defaultBranch, head: (await git.resolve(repository, repository.defaultBranch))?.id };
    },
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

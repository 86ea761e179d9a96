/** Every function as a Hono app, each given only what it asks for, through its own identity. */
import type { Hono } from "hono";
import { serveAlertFired } from "../../alert-fired.ts";
import { approvalComment, serveComments } from "../../approval-comment.ts";
import { changeMerge } from "../../change-merge.ts";
import { changePlan } from "../../change-plan.ts";
import { changePropose } from "../../change-propose.ts";
import { changeVerify } from "../../change-verify.ts";
import { serveCronTick } from "../../cron-tick.ts";
import { serveDeadLetter } from "../../dead-letter.ts";
import { giteaPush, servePush } from "../../gitea-push.ts";
import { notify } from "../../notify.ts";
import { runAdvance } from "../../run-advance.ts";
import { safeAction } from "../../safe-action.ts";
import { toolCall } from "../../tool-call.ts";
import type { AppOfPath } from "../building/app-of-path.ts";
import type { Actuator } from "../ports/actuator.ts";
import type { Chat } from "../ports/chat.ts";
import type { Cluster } from "../ports/cluster.ts";
import type { Forge } from "../ports/forge.ts";
import type { Git } from "../ports/git.ts";
import type { GitOps } from "../ports/gitops.ts";
import type { Heartbeat } from "../ports/heartbeat.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Registry } from "../ports/registry.ts";
import type { Renderer } from "../ports/renderer.ts";
import type { Schemas } from "../ports/schemas.ts";
import type { SwitchControl } from "../ports/switch.ts";
import { ActionToolSchema } from "../records/action.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { Authenticate } from "../shell/authenticate.ts";
import { ignoreRules } from "../shell/pipelines.ts";
import { serveEvents } from "../shell/serve.ts";
import type { Shell } from "../shell/shell.ts";
import type { RepositoryOf, WatchedRepository } from "../shell/watched-repository.ts";
import { TOOLS } from "../tools/registry.ts";
import { withPlaces } from "./crash-at.ts";

/** The users of the forge that our functions are; each has a token of its own. */
export interface Identities {
  readonly proposer: Forge;
  readonly merger: Forge;
  readonly checks: Forge;
  readonly words: Forge;
  /** May ask for permissions, and is used for nothing else. */
  readonly permissions: Forge;
}

export interface Outside {
  /** Ports whose calls end when the signal does. */
  readonly identities: (signal?: AbortSignal) => Identities;
  readonly git: (signal?: AbortSignal) => Git;
  readonly cluster: Cluster;
  readonly actuator: Actuator;
  readonly gitops: GitOps;
  readonly renderer: Renderer;
  readonly registry: (signal?: AbortSignal) => Registry;
  readonly schemas: Schemas;
  /** Absent where nobody outside expects to hear of us. */
  readonly heartbeat?: Heartbeat;
  /** Absent where nothing measures. */
  readonly metrics?: (signal?: AbortSignal) => Metrics;
  readonly chats: readonly Chat[];
  readonly ourUserIds: readonly number[];
  readonly proposerId: number;
  /** All that are watched, in the order of the list. */
  readonly repositories: readonly WatchedRepository[];
  readonly repositoryOf: RepositoryOf;
  readonly appsOf: (repository: RepositoryRef) => Promise<readonly AppOfPath[]>;
  readonly alertmanager: Authenticate;
  readonly gitea: Authenticate;
}

/** Tools that steps may call: those that read, the one for a change, and those that act. */
const STEP_TOOLS: readonly string[] = [...TOOLS.map((tool) => tool.name), "propose_change", ...ActionToolSchema.options];

/** The names are those of the Services in `manifests/base`. */
export function composeFunctions(shell: Shell & { readonly switch: SwitchControl }, outside: Outside): ReadonlyMap<string, Hono> {
  const { repositories, ourUserIds, cluster, gitops } = outside;
  const giteaHook = (name: string): Parameters<typeof servePush>[1] => ({ shell: withPlaces(shell, name), authenticate: outside.gitea, repositories });
  return new Map<string, Hono>([
    ["alert-fired", serveAlertFired({ shell: withPlaces(shell, "alert-fired"), authenticate: outside.alertmanager, repositories })],
    ["cron-tick", serveCronTick(withPlaces(shell, "cron-tick"), repositories, outside.heartbeat)],
    ["dead-letter", serveDeadLetter(shell)],
    ["run-advance", serveEvents(runAdvance, { shell, connect: () => ({}) })],
    [
      "gitea-push",
      servePush(
        serveEvents(giteaPush, {
          shell,
          connect: (signal) => ({ shell, git: outside.git(signal), forge: outside.identities(signal).checks, tools: STEP_TOOLS }),
        }),
        giteaHook("gitea-push"),
      ),
    ],
    [
      "approval-comment",
      serveComments(
        serveEvents(approvalComment, {
          shell,
          connect: (signal) => ({ shell, git: outside.git(signal), forge: outside.identities(signal).permissions, ourUserIds, control: shell.switch }),
        }),
        giteaHook("approval-comment"),
      ),
    ],
    [
      "tool-call",
      serveEvents(toolCall, {
        shell,
        connect: (signal) => ({
          shell,
          ports: {
            cluster,
            gitops,
            git: outside.git(signal),
            renderer: outside.renderer,
            clock: shell.clock,
            repositoryOf: refOf(outside),
            ignores: () => ignoreRules(shell),
            metrics: outside.metrics?.(signal),
          },
          repositories,
        }),
      }),
    ],
    ["safe-action", serveEvents(safeAction, { shell, connect: (signal) => actionDeps(shell, outside, signal) })],
    ["change-plan", serveEvents(changePlan, { shell, connect: (signal) => planningDeps(shell, outside, signal) })],
    ["change-propose", serveEvents(changePropose, { shell, connect: (signal) => ({ shell, forge: outside.identities(signal).proposer }) })],
    ["change-merge", serveEvents(changeMerge, { shell, connect: (signal) => mergeDeps(shell, outside, signal) })],
    ["change-verify", serveEvents(changeVerify, { shell, connect: (signal) => ({ shell, cluster, gitops, git: outside.git(signal) }) })],
    ["notify", serveEvents(notify, { shell, connect: (signal) => ({ shell, forge: outside.identities(signal).words, chats: outside.chats, ourUserIds }) })],
  ]);
}

function planningDeps(shell: Shell, outside: Outside, signal: AbortSignal): Parameters<typeof changePlan.handle>[1] {
  const { cluster, schemas, renderer, appsOf, repositories } = outside;
  return { shell, cluster, schemas, renderer, appsOf, repositories, git: outside.git(signal), registry: outside.registry(signal) };
}

/** Records keep a repository by id and name. */
function refOf({ repositoryOf }: Outside): (repoURL: string) => Promise<RepositoryRef | undefined> {
  return async (repoURL) => {
    const found = await repositoryOf(repoURL);
    return found && { id: found.id, name: found.name };
  };
}

function actionDeps(shell: Shell, outside: Outside, signal: AbortSignal): Parameters<typeof safeAction.handle>[1] {
  const { cluster, gitops, actuator, repositories, repositoryOf } = outside;
  return { shell, cluster, gitops, actuator, repositories, repositoryOf, git: outside.git(signal) };
}

function mergeDeps(shell: Shell, outside: Outside, signal: AbortSignal): Parameters<typeof changeMerge.handle>[1] {
  const { merger, permissions } = outside.identities(signal);
  return { shell, forge: merger, permissions, git: outside.git(signal), ourUserIds: outside.ourUserIds, proposerId: outside.proposerId };
}

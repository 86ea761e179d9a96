/** The outside of `anchorwatch up`: the real forge by its settings and secrets, the real cluster through a kubeconfig (design 9). */
import { join } from "node:path";
import { createGit } from "../adapters/git/git.ts";
import { buildingSource } from "../records/app-source.ts";
import { appOfPath } from "../building/app-of-path.ts";
import { createGiteaForge } from "../adapters/gitea/forge.ts";
import { createHeartbeat } from "../adapters/heartbeat.ts";
import { createPrometheusMetrics } from "../adapters/prometheus/metrics.ts";
import { createToolRenderer } from "../adapters/renderer/tools.ts";
import { createRegistry } from "../adapters/registry/registry.ts";
import type { Actuator } from "../ports/actuator.ts";
import type { Chat } from "../ports/chat.ts";
import type { Cluster } from "../ports/cluster.ts";
import { Refused } from "../ports/errors.ts";
import type { Forge } from "../ports/forge.ts";
import type { Heartbeat } from "../ports/heartbeat.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { GitOps } from "../ports/gitops.ts";
import type { Schemas } from "../ports/schemas.ts";
import type { RepositoryRef } from "../records/fields.ts";
import { textAt } from "../records/read-object.ts";
import type { WatchedRepository } from "../shell/watched-repository.ts";
import { bearerToken, giteaSignature } from "../shell/authenticate.ts";
import { parseTimeout } from "../workflow/timeout.ts";
import type { Identities, Outside } from "./compose-functions.ts";
import type { ProcessWorld } from "./local-process.ts";
import { findRenderTools } from "./render-tools.ts";
import type { Role } from "../adapters/gitea/account-needs.ts";
import type { Settings } from "./settings.ts";
import { openSecretsFolder, SECRET_NAMES, type SecretName } from "./setup/secrets-folder.ts";

/** This process holds no right to change anything in the cluster: a safe action is described, with the command that a person would run. */
const refuse = (): Promise<never> => Promise.reject(new Refused("this process may change nothing in the cluster"));
const NO_HAND: Actuator = { evict: refuse, scale: refuse, deleteJob: refuse, sync: refuse };

export interface RealWorldOptions {
  readonly settings: Settings;
  readonly cluster: Cluster;
  readonly gitops: GitOps;
  readonly schemas: Schemas;
  readonly chats: readonly Chat[];
}

/** Every secret that the process holds, to be blanked in logs. @throws Error naming the first that is missing */
export function secretsOf(settings: Settings): ReadonlyMap<SecretName, string> {
  const folder = openSecretsFolder(settings.secrets);
  return new Map(
    SECRET_NAMES.map((name) => {
      const value = folder.read(name);
      if (value === undefined || value === "") throw new Error(`${settings.secrets}/${name} is missing: \`anchorwatch init\` makes it`);
      return [name, value];
    }),
  );
}

/** @throws Error for a missing secret; Refused for a repository that is not there; Unavailable */
export async function openRealWorld({ settings, cluster, gitops, schemas, chats }: RealWorldOptions): Promise<ProcessWorld> {
  const secrets = secretsOf(settings);
  const baseUrl = settings.gitea.url;
  const as = (role: Role, signal?: AbortSignal): Forge => createGiteaForge({ baseUrl, token: secrets.get(`${role}-token`) ?? "", ...(signal && { signal }) });
  const identities = (signal?: AbortSignal): Identities => ({
    proposer: as("proposer", signal),
    merger: as("merger", signal),
    checks: as("checks", signal),
    words: as("words", signal),
    permissions: as("rights", signal),
  });
  const ids = await Promise.all((["proposer", "merger", "checks", "words", "rights"] as const).map(async (role) => (await as(role).whoAmI()).id));
  const repositories = await theRepositories(settings, as("rights"));
  const outside: Outside = {
    identities,
    git: (signal) => createGit({ directory: join(settings.data, "clones"), urlOf: cloneUrl(settings, secrets), secrets: [...secrets.values()], signal }),
    cluster,
    actuator: NO_HAND,
    gitops,
    renderer: createToolRenderer(findRenderTools()),
    registry: (signal) => createRegistry({ signal }),
    schemas,
    chats,
    ...(settings.heartbeat && { heartbeat: heartbeatOf(settings.heartbeat) }),
    ...(settings.prometheus !== undefined && { metrics: prometheusAt(settings.prometheus) }),
    ourUserIds: ids,
    proposerId: ids[0] ?? 0,
    repositories,
    repositoryOf: (repoURL) => Promise.resolve(repositories.find(({ name }) => isAddressOf(repoURL, name))),
    appsOf: async ({ name }) => (await gitops.applications()).filter((app) => isAddressOf(textAt(buildingSource(app), "repoURL") ?? "", name)).map(appOfPath),
    alertmanager: bearerToken([secrets.get("alertmanager-token") ?? ""]),
    gitea: giteaSignature([secrets.get("webhook-secret") ?? ""]),
  };
  return { outside, gitops: { start: () => undefined }, close: () => undefined };
}

function heartbeatOf({ url, watchdog }: NonNullable<Settings["heartbeat"]>): Heartbeat {
  return createHeartbeat({ url, watchdogMs: watchdog === undefined ? undefined : parseTimeout(watchdog) });
}

function prometheusAt(baseUrl: string): (signal?: AbortSignal) => Metrics {
  return (signal) => createPrometheusMetrics({ baseUrl, signal });
}

/** The list as the forge has it, with the allow-list of each. */
function theRepositories({ gitea }: Settings, forge: Forge): Promise<readonly WatchedRepository[]> {
  return Promise.all(
    gitea.repositories.map(async ({ name, paths }) => {
      const found = await forge.repository(name);
      if (!found) throw new Refused(`there is no repository ${name} at ${gitea.url}, or our account may not see it: \`anchorwatch doctor\` says more`);
      return { id: found.id, name: found.name, defaultBranch: found.defaultBranch, ...(paths && { paths }) };
    }),
  );
}

/** Read with the token that writes nothing but words. */
function cloneUrl(settings: Settings, secrets: ReadonlyMap<SecretName, string>): (repository: RepositoryRef) => string {
  return ({ name }) => {
    const url = new URL(`${settings.gitea.url.replace(/\/+$/, "")}/${name}.git`);
    url.username = settings.gitea.accounts.words;
    url.password = secrets.get("words-token") ?? "";
    return url.href;
  };
}

/** `http://gitea.home/home/gitops.git`, `ssh://git@…/home/gitops` and `git@gitea:home/gitops.git` name `home/gitops`. */
export function isAddressOf(repoURL: string, name: string): boolean {
  return new RegExp(`[/:]${name.replaceAll(".", "\\.")}(\\.git)?/?$`, "i").test(repoURL);
}

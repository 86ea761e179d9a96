/** The outside of the local process: a forge, a cluster and a GitOps loop over one folder, behind the same ports as the real ones. */
import { join } from "node:path";
import { appOfPath } from "../building/app-of-path.ts";
import { createGiteaForge } from "../adapters/gitea/forge.ts";
import type { Fetch } from "../adapters/http.ts";
import { createGit } from "../adapters/git/git.ts";
import { createToolRenderer } from "../adapters/renderer/tools.ts";
import { createLocalActuator } from "../local/cluster/actuator.ts";
import { createLocalCluster, type LocalCluster } from "../local/cluster/cluster.ts";
import { createLocalRegistry, LOCAL_SCHEMAS } from "../local/cluster/registry.ts";
import { createDocuments, type Documents } from "../local/documents.ts";
import { createLocalForge, type LocalForge, type LocalForgeOptions } from "../local/forge/forge.ts";
import type { BareRepository } from "../local/forge/git/bare-repository.ts";
import type { DeliveryFault, HookEvent } from "../local/forge/hooks/deliveries.ts";
import { createGitOpsLoop, type GitOpsLoop } from "../local/gitops/loop.ts";
import { EVERYBODY, OUR_USERS, type Person } from "../local/people.ts";
import type { Chat } from "../ports/chat.ts";
import type { Clock } from "../ports/clock.ts";
import type { Git } from "../ports/git.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { bearerToken, giteaSignature } from "../shell/authenticate.ts";
import type { WatchedRepository } from "../shell/watched-repository.ts";
import { ownerAppOf } from "../triage/owner-app.ts";
import type { Identities, Outside } from "./compose-functions.ts";
import type { LocalSecrets } from "./local-secrets.ts";
import { findRenderTools } from "./render-tools.ts";

export interface LocalWorldOptions {
  readonly directory: string;
  /** `:memory:` for tests that need no second life. */
  readonly documentsFile: string;
  readonly clock: Clock;
  readonly minuteMs: number;
  readonly baseUrl: string;
  readonly secrets: LocalSecrets;
  readonly applications: readonly KubernetesObject[];
  readonly chats: readonly Chat[];
  /** Carries webhooks to the functions' ingress paths. */
  readonly deliver: (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<number>;
  readonly deliveryDelayMs: number;
  /** Default: everybody of the demo. */
  readonly people?: readonly Person[];
  readonly forge?: Pick<LocalForgeOptions, "teams" | "public" | "others">;
  /** The installation's allow-list of each repository, by its name. */
  readonly allowed?: Readonly<Record<string, Pick<WatchedRepository, "paths">>>;
  readonly fault?: (event: HookEvent) => DeliveryFault;
  /** Where the world keeps things, if not in files of its folder: the simulator's is in memory. */
  readonly storage?: WorldStorage;
}

export interface WorldStorage {
  readonly documents: Documents;
  readonly openRepository: (directory: string) => Promise<BareRepository>;
  readonly git: (signal?: AbortSignal) => Git;
}

export interface LocalWorld {
  readonly documents: Documents;
  readonly forge: LocalForge;
  readonly cluster: LocalCluster;
  readonly gitops: GitOpsLoop;
  readonly outside: Outside;
  close(): void;
}

/** The repository of the local world. */
export const LOCAL_REPOSITORY = "home/gitops";

export async function openLocalWorld(options: LocalWorldOptions): Promise<LocalWorld> {
  const { clock, minuteMs, directory, secrets } = options;
  const { storage } = options;
  const documents = storage?.documents ?? createDocuments(options.documentsFile);
  const forge = await createLocalForge({
    documents,
    clock,
    directory: join(directory, "repositories"),
    baseUrl: options.baseUrl,
    repository: LOCAL_REPOSITORY,
    accounts: (options.people ?? EVERYBODY).map((person) => ({ ...person, token: secrets.tokens[person.login] ?? "" })),
    hooks: ["gitea-push", "approval-comment"].map((name) => ({
      url: `${options.baseUrl}/${name}`,
      secret: secrets.webhookSecret,
      events: name === "gitea-push" ? ["push"] : ["pull_request", "issues"],
    })),
    deliver: options.deliver,
    deliveryDelayMs: options.deliveryDelayMs,
    ...options.forge,
    ...(options.fault && { fault: options.fault }),
    ...(storage && { openRepository: storage.openRepository }),
  });
  const git = (clones: string, signal?: AbortSignal): Git =>
    storage?.git(signal) ??
    createGit({
      directory: join(directory, clones),
      urlOf: ({ name }) => `file://${forge.all.find(({ repository }) => repository.name === name)?.directory ?? ""}`,
      signal,
    });
  const repositories = forge.all.map(({ repository }) => ({ ...repository, ...options.allowed?.[repository.name] }));
  const repositoryOf = (repoURL: string): WatchedRepository | undefined => repositories.find(({ name }) => repoURL.endsWith(`/${name}.git`));
  const cluster = createLocalCluster({ documents, clock, minuteMs });
  const renderer = createToolRenderer(findRenderTools());
  const gitops = createGitOpsLoop({
    documents,
    clock,
    minuteMs,
    cluster,
    git: git("argocd-clones"),
    renderer,
    repositoryOf,
    applications: options.applications,
  });
  const identities = (signal?: AbortSignal): Identities => identitiesOf(options, (request) => forge.app.fetch(request), signal);
  const outside: Outside = {
    identities,
    git: (signal) => git("clones", signal),
    cluster,
    actuator: createLocalActuator({ documents, clock, cluster, gitops }),
    gitops,
    renderer,
    registry: () => createLocalRegistry(cluster),
    schemas: LOCAL_SCHEMAS,
    chats: options.chats,
    ourUserIds: Object.values(OUR_USERS).map(({ login }) => forge.userId(login)),
    proposerId: forge.userId(OUR_USERS.proposer.login),
    repositories,
    repositoryOf: (repoURL) => Promise.resolve(repositoryOf(repoURL)),
    appsOf: async ({ id }) => (await gitops.applications()).filter((app) => repositoryOf(ownerAppOf(app).repoURL)?.id === id).map(appOfPath),
    alertmanager: bearerToken([secrets.alertmanagerToken]),
    gitea: giteaSignature([secrets.webhookSecret]),
  };
  return { documents, forge, cluster, gitops, outside, close: () => (gitops.stop(), forge.close(), documents.close()) };
}

/** Our users at the local forge, reached by `fetch`. */
export function identitiesOf(
  { baseUrl, secrets, clock }: Pick<LocalWorldOptions, "baseUrl" | "secrets" | "clock">,
  fetch: Fetch,
  signal?: AbortSignal,
): Identities {
  const as = (login: string): ReturnType<typeof createGiteaForge> =>
    createGiteaForge({ baseUrl, token: secrets.tokens[login] ?? "", fetch, clock, ...(signal && { signal }) });
  return {
    proposer: as(OUR_USERS.proposer.login),
    merger: as(OUR_USERS.merger.login),
    checks: as(OUR_USERS.checks.login),
    words: as(OUR_USERS.words.login),
    permissions: as(OUR_USERS.permissions.login),
  };
}

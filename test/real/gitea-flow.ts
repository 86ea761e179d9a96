/** The whole product on a real Gitea: its forge, people, hooks and Git are real; the cluster and the GitOps loop are the local ones. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { createGitCommand } from "../../functions/core/adapters/git/git-command.ts";
import { createLocalActuator } from "../../functions/core/local/cluster/actuator.ts";
import { createGit } from "../../functions/core/adapters/git/git.ts";
import { createGiteaForge } from "../../functions/core/adapters/gitea/forge.ts";
import { createMemoryStore } from "../../functions/core/adapters/memory/memory-store.ts";
import { createMemorySwitch } from "../../functions/core/adapters/memory/memory-switch.ts";
import { createWallClock } from "../../functions/core/adapters/wall-clock.ts";
import type { Identities, Outside } from "../../functions/core/boot/compose-functions.ts";
import { createProcess } from "../../functions/core/boot/local-process.ts";
import type { PushedFiles } from "../../functions/core/local/forge/actions/commits.ts";
import { OUR_USERS } from "../../functions/core/local/people.ts";
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import type { Scenario } from "../../functions/core/local/scenarios/scenario.ts";
import type { Repository } from "../../functions/core/ports/forge.ts";
import type { Git } from "../../functions/core/ports/git.ts";
import { bearerToken, giteaSignature } from "../../functions/core/shell/authenticate.ts";
import type { Shell } from "../../functions/core/shell/shell.ts";
import { type FlowParts, flowOver, type StoryFlow } from "../flows/flow.ts";
import type { GiteaServer } from "../servers/gitea-server.ts";
import { createCallLedger } from "./call-ledger.ts";
import { openLocalCluster } from "./open-local-cluster.ts";
import { expectDone, type GiteaPeople, settle } from "./gitea-people.ts";

/** As in the demo of one process: waits of minutes are over in a second. */
const MINUTE_MS = 1_000;

export interface GiteaFlowOptions extends GiteaPeople {
  readonly scenario?: Scenario;
  /** Whether a delivery of this type reaches us; one that does not is answered 500, and never comes again. */
  readonly arrives?: (type: string) => boolean;
  readonly minuteMs?: number;
  /** Right before a call of ours goes out. */
  readonly before?: (login: string, method: string, path: string) => Promise<void>;
}

export interface GiteaFlow extends StoryFlow {
  readonly shell: Shell;
  /** Our clock goes on by so much; the server's does not. */
  skip(ms: number): void;
  /** Moves a branch with force, as `git push` does. */
  forcePush(login: string, branch: string, commit: string): Promise<void>;
  readonly repository: Repository;
  readonly tokens: ReadonlyMap<string, string>;
  /** What our functions logged as warnings and errors. */
  readonly logged: readonly { readonly level: "warn" | "error"; readonly words: string }[];
  close(): Promise<void>;
}

/** A repository of its own on the server, with everybody in it, and our functions in this process. */
export async function openGiteaFlow(server: GiteaServer, options: GiteaFlowOptions = {}): Promise<GiteaFlow> {
  const directory = mkdtempSync(join(tmpdir(), "anchorwatch-gitea-flow-"));
  const secrets = { webhook: randomBytes(24).toString("hex"), alertmanager: randomBytes(24).toString("hex") };
  const people = await settle(server, options);
  const { tokens, repository } = people;
  const wall = createWallClock();
  let skipped = 0;
  const clock = { ...wall, now: () => wall.now() + skipped };
  const minuteMs = options.minuteMs ?? MINUTE_MS;
  const ledger = createCallLedger();
  const git = (clones: string, signal?: AbortSignal): Git =>
    createGit({
      directory: join(directory, clones),
      urlOf: () => cloneUrl(server, { repository, tokens, login: OUR_USERS.checks.login }),
      secrets: [...tokens.values()],
      signal,
    });
  const applications = (options.scenario ?? crashLoop).applications;
  const repositoryOf = (url: string): Repository | undefined => (url.endsWith("/home/gitops.git") ? repository : undefined);
  const { documents, cluster, renderer, registry, schemas, gitops } = openLocalCluster({ clock, minuteMs, git: git("argocd"), repositoryOf, applications });
  const as = (login: string, signal?: AbortSignal): Identities["proposer"] =>
    createGiteaForge({
      baseUrl: server.baseUrl,
      token: tokens.get(login) ?? "",
      fetch: ledger.carry(login, options.before),
      clock,
      ...(signal && { signal }),
    });
  const outside: Outside = {
    identities: (signal) => ({
      proposer: as(OUR_USERS.proposer.login, signal),
      merger: as(OUR_USERS.merger.login, signal),
      checks: as(OUR_USERS.checks.login, signal),
      words: as(OUR_USERS.words.login, signal),
      permissions: as(OUR_USERS.permissions.login, signal),
    }),
    git: (signal) => git("clones", signal),
    cluster,
    actuator: createLocalActuator({ documents, clock, cluster, gitops }),
    gitops,
    renderer,
    registry: () => registry,
    schemas,
    chats: [],
    ourUserIds: people.ourUserIds,
    proposerId: people.ourUserIds[0] ?? 0,
    repositories: [repository],
    repositoryOf: (url) => Promise.resolve(repositoryOf(url)),
    appsOf: () =>
      Promise.resolve(
        applications.map(({ metadata }) => ({ name: metadata.name, namespace: "argocd", path: `apps/${metadata.name}`, targetNamespace: "web" })),
      ),
    alertmanager: bearerToken([secrets.alertmanager]),
    gitea: giteaSignature([secrets.webhook]),
  };
  const logged: { level: "warn" | "error"; words: string }[] = [];
  const note = (level: "warn" | "error") => (fields: object, message: string) => void logged.push({ level, words: `${message} ${JSON.stringify(fields)}` });
  const store = createMemoryStore();
  const world = { outside, cluster, gitops, close: () => (gitops.stop(), documents.close()) };
  const local = createProcess(
    {
      clock,
      minuteMs,
      store,
      switch: createMemorySwitch(clock),
      log: { info: () => undefined, warn: note("warn"), error: note("error") },
      holder: "real",
      random: Math.random,
    },
    world,
  );
  const hooks = await serveHooks(server, repository, {
    secret: secrets.webhook,
    fetch: (request) => local.front.fetch(request),
    arrives: options.arrives ?? (() => true),
  });
  const api: FlowParts["api"] = async (login, method, path, body) => {
    const token = tokens.get(`${login} as a person`) ?? tokens.get(login);
    const answer = await server.call(method, `/repos/${repository.name}${path}`, body, token);
    ledger.note(login, { method, path, body, status: answer.status });
    return answer;
  };
  const flow = flowOver({
    world,
    store,
    clock,
    api,
    front: local.front,
    alertmanagerToken: secrets.alertmanager,
    patienceMs: 120_000,
    git: () => outside.git(),
    repository,
    start: () => local.start(),
    push: (login, push) => pushFiles({ server, repository, token: tokens.get(login) ?? "" }, push),
    ledger: ledger.entries,
  });
  return {
    ...flow,
    shell: local.shell,
    skip: (ms) => void (skipped += ms),
    async forcePush(login, branch, commit) {
      await outside.git().resolve(repository, commit);
      const push = createGitCommand(join(directory, "clones", `repository-${repository.id}.git`));
      await push(["push", "--force", cloneUrl(server, { repository, tokens, login }), `${commit}:refs/heads/${branch}`]);
    },
    repository,
    tokens,
    logged,
    async close() {
      local.broker.stop();
      hooks.close();
      gitops.freeze();
      while (local.busy() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await gitops.tick(); // Because what is under way still uses the documents.
      local.stop();
      await server.call("DELETE", `/repos/${repository.name}`);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function cloneUrl(server: GiteaServer, as: { repository: Repository; tokens: ReadonlyMap<string, string>; login: string }): string {
  const url = new URL(server.baseUrl);
  return `${url.protocol}//${as.login}:${as.tokens.get(as.login) ?? ""}@${url.host}/${as.repository.name}.git`;
}

interface Receiver {
  readonly secret: string;
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly arrives: (type: string) => boolean;
}

/** Our ingress on a port of its own, and the two hooks that call it (engine.md 5). */
async function serveHooks(server: GiteaServer, repository: Repository, { secret, fetch, arrives }: Receiver): Promise<{ close(): void }> {
  const receive = (request: Request): Response | Promise<Response> =>
    arrives(request.headers.get("x-gitea-event-type") ?? "") ? fetch(request) : new Response(null, { status: 500 });
  const { listening, port } = await new Promise<{ listening: ReturnType<typeof serve>; port: number }>((resolve) => {
    const opened = serve({ fetch: receive, hostname: "127.0.0.1", port: 0 }, (info) => resolve({ listening: opened, port: info.port }));
  });
  const hook = (name: string, events: readonly string[]): Promise<void> =>
    expectDone(server, "POST", `/repos/${repository.name}/hooks`, {
      type: "gitea",
      active: true,
      events,
      config: { url: `http://127.0.0.1:${port}/${name}`, content_type: "json", secret },
    });
  await hook("gitea-push", ["push"]);
  await hook("approval-comment", ["pull_request", "issues"]);
  return { close: () => listening.close() };
}

/** One commit of a person through the API, on a branch that is there. */
export async function pushFiles(at: { server: GiteaServer; repository: Repository; token: string }, { branch, message, files }: PushedFiles): Promise<string> {
  const forge = createGiteaForge({ baseUrl: at.server.baseUrl, token: at.token });
  const writes = await Promise.all(
    Object.entries(files).map(async ([path, content]) => {
      const { status, json } = await at.server.call(
        "GET",
        `/repos/${at.repository.name}/contents/${path}?ref=${encodeURIComponent(branch)}`,
        undefined,
        at.token,
      );
      const blob = status === 200 ? (json as { sha: string }).sha : undefined;
      if (content === undefined) return { path, operation: "delete" as const, ...(blob !== undefined && { blob }) };
      return { path, content, operation: blob === undefined ? ("create" as const) : ("update" as const), ...(blob !== undefined && { blob }) };
    }),
  );
  return (await forge.commitFiles(at.repository, { branch, message, files: writes })).id;
}

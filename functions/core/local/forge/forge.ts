/** The local forge: Gitea's own REST over a real bare Git repository, with accounts, hooks and a ledger (contracts 2, 3, 12.1). */
import { join } from "node:path";
import { Hono } from "hono";
import type { Clock } from "../../ports/clock.ts";
import type { Documents } from "../documents.ts";
import { branchMoved } from "./actions/branches.ts";
import { pushFiles, type PushedFiles } from "./actions/commits.ts";
import { finishInterruptedMerges } from "./actions/merge.ts";
import { type BareRepository, openBareRepository } from "./git/bare-repository.ts";
import { createDeliveries, type Deliver, type Deliveries, type DeliveryFault, type Hook, type HookEvent } from "./hooks/deliveries.ts";
import type { Permission, Team } from "./records.ts";
import { routePeople } from "./routes/people.ts";
import { routePulls } from "./routes/pulls.ts";
import { routeRepositories } from "./routes/repositories.ts";
import type { Session, Token } from "./routes/session.ts";
import { routeThreads } from "./routes/threads.ts";
import { createForgeState, FORGE_LEDGER, fullName, type LedgerEntry, LedgerEntrySchema } from "./state.ts";
import { type Act, ApiError, current, type World } from "./world.ts";

export interface Account {
  readonly login: string;
  /** In the one repository; the owner is an organization. */
  readonly permission: Permission;
  readonly token: string;
  /** Default: everything that the account may do. */
  readonly scopes?: readonly string[];
}

export interface LocalForgeOptions {
  readonly documents: Documents;
  readonly clock: Clock;
  /** Where the bare repositories lie. */
  readonly directory: string;
  readonly baseUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly accounts: readonly Account[];
  readonly hooks: readonly Hook[];
  /** `organisation/team` with the people in it. */
  readonly teams?: Readonly<Record<string, readonly string[]>>;
  /** Everybody may look; default false. */
  readonly public?: boolean;
  readonly deliver: Deliver;
  /** From a call's answer to its webhook: 190 ms on a real server. */
  readonly deliveryDelayMs: number;
  readonly fault?: (event: HookEvent) => DeliveryFault;
  /** Default: a real bare repository in the folder. */
  readonly openRepository?: (directory: string) => Promise<BareRepository>;
}

export interface LocalForge {
  readonly app: Hono;
  /** The bare repository's folder, for `git log`. */
  readonly directory: string;
  readonly repository: { readonly id: number; readonly name: string; readonly defaultBranch: string };
  readonly deliveries: Deliveries;
  /** A commit that a person pushes with git. @returns its id */
  push(login: string, push: PushedFiles): Promise<string>;
  /** Notices branches that somebody moved in the bare repository itself, as `git push` does, and tells of them as this person's. */
  sync(login: string): Promise<void>;
  /** The user's numeric id. */
  userId(login: string): number;
  ledger(): readonly LedgerEntry[];
  /** The branch's commit now. */
  tip(branch: string): string | undefined;
  close(): void;
}

/** Opens the forge, or goes on with the one whose documents and folders are given: merges that a crash cut in two are finished first. */
export async function createLocalForge(options: LocalForgeOptions): Promise<LocalForge> {
  const { documents, clock, baseUrl } = options;
  const state = createForgeState(documents);
  ensureAccounts(options, state);
  const known = state.repository(options.repository);
  if (!known) throw new Error(`repository ${options.repository} was not made`);
  const directory = join(options.directory, `${fullName(known)}.git`);
  const git = await (options.openRepository ?? openBareRepository)(directory);
  const deliveries = createDeliveries({
    clock,
    deliver: options.deliver,
    delayMs: options.deliveryDelayMs,
    nextNumber: () => documents.nextNumber("forge.deliveries"),
    ...(options.fault && { fault: options.fault }),
  });
  const world: World = { state, clock, baseUrl, deliveries, hooksOf: () => options.hooks, git: () => git, exclusive: createQueue() };
  const actBy = (login: string): Act => {
    const by = state.user(login);
    if (!by) throw new Error(`nobody is called ${login}`);
    return { world, repository: known, by };
  };
  await recover(actBy(known.owner));
  const tokens = new Map<string, Token>(options.accounts.map(({ login, token, scopes }) => [token, { login, scopes: scopes ?? ["all"] }]));
  return {
    app: createApp({ world, tokens, teams: teamsOf(options) }),
    directory,
    repository: { id: known.id, name: fullName(known), defaultBranch: known.defaultBranch },
    deliveries,
    push: (login, push) => pushFiles(actBy(login), push),
    sync: (login) => world.exclusive(() => adoptBranches(actBy(login))),
    userId: (login) => actBy(login).by.id,
    ledger: () => documents.readLedger(FORGE_LEDGER).map((entry) => LedgerEntrySchema.parse(entry)),
    tip: (branch) => state.repository(options.repository)?.branches[branch],
    close: () => deliveries.close(),
  };
}

function teamsOf({ teams = {} }: LocalForgeOptions): readonly Team[] {
  return Object.entries(teams).map(([name, members], index) => ({
    id: index + 1,
    organization: name.split("/")[0] ?? "",
    name: name.split("/")[1] ?? "",
    members,
  }));
}

function ensureAccounts(options: LocalForgeOptions, state: World["state"]): void {
  const { documents, clock, repository, accounts } = options;
  const [owner = "home", name = "gitops"] = repository.split("/");
  documents.transaction(() => {
    const ensure = (login: string, kind: "person" | "organization"): void => {
      if (!state.user(login)) state.putUser({ id: documents.nextNumber("forge.users"), login, kind, siteAdmin: false, createdAt: clock.now() });
    };
    ensure(owner, "organization");
    for (const account of accounts) ensure(account.login, "person");
    const known = state.repository(repository);
    const collaborators = Object.fromEntries(accounts.filter(({ permission }) => permission !== "none").map(({ login, permission }) => [login, permission]));
    if (known) return;
    const now = clock.now();
    state.putRepository({
      id: documents.nextNumber("forge.repositories"),
      owner,
      name,
      private: !options.public,
      defaultBranch: "main",
      collaborators,
      protections: [],
      labels: [],
      branches: {},
      createdAt: now,
      updatedAt: now,
    });
  });
}

/** Git moves first and the documents follow: after a crash, merges that reached their branch are finished and other moves are told. */
async function recover(act: Act): Promise<void> {
  await act.world.exclusive(async () => {
    await finishInterruptedMerges(act);
    await adoptBranches(act);
  });
}

async function adoptBranches(act: Act): Promise<void> {
  const there = await act.world.git(act.repository).branches();
  const known = current(act).branches;
  const moved = [...new Set([...Object.keys(there), ...Object.keys(known)])].filter((branch) => there[branch] !== known[branch]);
  for (const branch of moved) await branchMoved(act, { branch, from: known[branch], to: there[branch], what: "push" });
}

/** Runs one task after the other, whatever became of those before it. */
function createQueue(): World["exclusive"] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const task = last.then(work);
    last = task.catch(() => undefined);
    return task;
  };
}

function createApp(session: Session): Hono {
  const app = new Hono();
  app.onError((error, http) => {
    const status = error instanceof ApiError ? error.status : 500;
    const message = error instanceof ApiError ? error.message : `internal: ${error.message}`;
    const body = error instanceof ApiError ? error.body : undefined;
    return http.json(body ?? { message, url: `${session.world.baseUrl}/api/swagger` }, status);
  });
  app.notFound((http) => http.text("404 page not found\n", 404));
  routeRepositories(app, session);
  routePeople(app, session);
  routePulls(app, session);
  routeThreads(app, session);
  return app;
}

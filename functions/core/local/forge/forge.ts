/** The local forge: Gitea's own REST over a real bare Git repository, with accounts, hooks and a ledger (contracts 2, 3, 12.1). */
import { join } from "node:path";
import { Hono } from "hono";
import { ensureAccounts, type Residents, teamsOf } from "./accounts.ts";
import { branchMoved } from "./actions/branches.ts";
import { pushFiles, type PushedFiles } from "./actions/commits.ts";
import { finishInterruptedMerges } from "./actions/merge.ts";
import { type BareRepository, openBareRepository } from "./git/bare-repository.ts";
import { createDeliveries, type Deliver, type Deliveries, type DeliveryFault, type Hook, type HookEvent } from "./hooks/deliveries.ts";
import type { Repository } from "./records.ts";
import { routePeople } from "./routes/people.ts";
import { routePulls } from "./routes/pulls.ts";
import { routeRepositories } from "./routes/repositories.ts";
import type { Session, Token } from "./routes/session.ts";
import { routeThreads } from "./routes/threads.ts";
import { createForgeState, FORGE_LEDGER, fullName, type LedgerEntry, LedgerEntrySchema } from "./state.ts";
import { type Act, ApiError, current, type World } from "./world.ts";

export interface LocalForgeOptions extends Residents {
  /** Where the bare repositories lie. */
  readonly directory: string;
  readonly baseUrl: string;
  readonly hooks: readonly Hook[];
  readonly deliver: Deliver;
  /** From a call's answer to its webhook: 190 ms on a real server. */
  readonly deliveryDelayMs: number;
  readonly fault?: (event: HookEvent) => DeliveryFault;
  /** Default: a real bare repository in the folder. */
  readonly openRepository?: (directory: string) => Promise<BareRepository>;
}

/** One repository of the forge, as people see it who have Git. */
export interface LocalRepository {
  /** The bare repository's folder, for `git log`. */
  readonly directory: string;
  readonly repository: { readonly id: number; readonly name: string; readonly defaultBranch: string };
  /** A commit that a person pushes with git. @returns its id */
  push(login: string, push: PushedFiles): Promise<string>;
  /** Notices branches that somebody moved in the bare repository itself, as `git push` does, and tells of them as this person's. */
  sync(login: string): Promise<void>;
  /** The branch's commit now. */
  tip(branch: string): string | undefined;
}

/** The forge, and its first repository. */
export interface LocalForge extends LocalRepository {
  readonly app: Hono;
  readonly deliveries: Deliveries;
  /** All repositories, the first one first. */
  readonly all: readonly LocalRepository[];
  /** The user's numeric id. */
  userId(login: string): number;
  ledger(): readonly LedgerEntry[];
  close(): void;
}

/** Opens the forge, or goes on with the one whose documents and folders are given: merges that a crash cut in two are finished first. */
export async function createLocalForge(options: LocalForgeOptions): Promise<LocalForge> {
  const { documents, clock, baseUrl } = options;
  const state = createForgeState(documents);
  ensureAccounts(options, state);
  const places = await Promise.all([options.repository, ...(options.others ?? [])].map((name) => openPlace(options, state.repository(name), name)));
  const [first] = places;
  if (!first) throw new Error("a forge without a repository");
  const deliveries = createDeliveries({
    clock,
    deliver: options.deliver,
    delayMs: options.deliveryDelayMs,
    nextNumber: () => documents.nextNumber("forge.deliveries"),
    ...(options.fault && { fault: options.fault }),
  });
  const world: World = {
    state,
    clock,
    baseUrl,
    deliveries,
    hooksOf: () => options.hooks,
    git: (repository) => (places.find(({ known }) => known.id === repository.id) ?? first).git,
    exclusive: createQueue(),
  };
  const userOf = (login: string): Act["by"] => {
    const by = state.user(login);
    if (!by) throw new Error(`nobody is called ${login}`);
    return by;
  };
  for (const { known } of places) await recover({ world, repository: known, by: userOf(known.owner) });
  const tokens = new Map<string, Token>(options.accounts.map(({ login, token, scopes }) => [token, { login, scopes: scopes ?? ["all"] }]));
  return {
    ...repositoryOf(first, world, userOf),
    app: createApp({ world, tokens, teams: teamsOf(options) }),
    deliveries,
    all: places.map((place) => repositoryOf(place, world, userOf)),
    userId: (login) => userOf(login).id,
    ledger: () => documents.readLedger(FORGE_LEDGER).map((entry) => LedgerEntrySchema.parse(entry)),
    close: () => deliveries.close(),
  };
}

interface Place {
  readonly known: Repository;
  readonly directory: string;
  readonly git: BareRepository;
}

async function openPlace(options: LocalForgeOptions, known: Repository | undefined, name: string): Promise<Place> {
  if (!known) throw new Error(`repository ${name} was not made`);
  const directory = join(options.directory, `${fullName(known)}.git`);
  return { known, directory, git: await (options.openRepository ?? openBareRepository)(directory) };
}

function repositoryOf({ known, directory }: Place, world: World, userOf: (login: string) => Act["by"]): LocalRepository {
  const actBy = (login: string): Act => ({ world, repository: known, by: userOf(login) });
  return {
    directory,
    repository: { id: known.id, name: fullName(known), defaultBranch: known.defaultBranch },
    push: (login, push) => pushFiles(actBy(login), push),
    sync: (login) => world.exclusive(() => adoptBranches(actBy(login))),
    tip: (branch) => world.state.repository(fullName(known))?.branches[branch],
  };
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

/** What every action of the forge works on: its documents, its bare repositories, its hooks and the clock. */
import type { Clock } from "../../ports/clock.ts";
import type { BareRepository } from "./git/bare-repository.ts";
import type { Deliveries, Hook, HookEvent } from "./hooks/deliveries.ts";
import type { Told } from "./hooks/payloads.ts";
import { PERMISSIONS, type Permission, type Repository, type User } from "./records.ts";
import { FORGE_LEDGER, type ForgeState, fullName, type LedgerEntry } from "./state.ts";
import { noReplyAddress } from "./views/users.ts";
import type { ViewContext } from "./views/repositories.ts";

/** An answer of 4xx or 5xx, with Gitea's own words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: 401 | 403 | 404 | 405 | 409 | 422 | 500;
  /** Instead of `{message, url}`. */
  readonly body: object | undefined;

  constructor(status: ApiError["status"], message: string, body?: object) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** Gitea's 404, also for what the caller may not see. */
export function notFound(): ApiError {
  return new ApiError(404, "not found");
}

export interface World {
  readonly state: ForgeState;
  readonly clock: Clock;
  readonly baseUrl: string;
  readonly deliveries: Deliveries;
  readonly hooksOf: (repository: Repository) => readonly Hook[];
  /** The bare repository behind a repository. */
  readonly git: (repository: Repository) => BareRepository;
  /** One after the other: moving a branch takes several steps in git and in the documents. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Who does something, where. */
export interface Act {
  readonly world: World;
  readonly repository: Repository;
  readonly by: User;
}

export function viewOf(world: World, viewer?: User): ViewContext {
  return { state: world.state, baseUrl: world.baseUrl, now: world.clock.now(), ...(viewer && { viewer }) };
}

/** Whether the actor has at least this right in the repository. */
export function mayDo(act: Act, permission: Permission): boolean {
  return PERMISSIONS.indexOf(act.world.state.permission(current(act), act.by)) >= PERMISSIONS.indexOf(permission);
}

/** The repository as it is now: actions change it while they run. */
export function current({ world, repository }: Act): Repository {
  return world.state.repository(fullName(repository)) ?? repository;
}

/** Sends an event to the repository's hooks, as the world is after it happened. */
export function tell(act: Act, event: (told: Told) => HookEvent): void {
  const repository = current(act);
  act.world.deliveries.send(act.world.hooksOf(repository), event({ view: viewOf(act.world), repository, sender: act.by.login }));
}

/** Writes what happened into the ledger, from which tests judge; `outcome` is 200 unless it is said. */
export function enter({ world, by, repository }: Act, entry: { readonly what: string; readonly details: unknown; readonly outcome?: number }): void {
  const { what, details, outcome = 200 } = entry;
  const noted: LedgerEntry = { who: by.login, what, repository: fullName(repository), details, at: world.clock.now(), outcome };
  world.state.documents.append(FORGE_LEDGER, noted);
}

/** The person as an author of commits. */
export function authorOf({ world, by }: Act): { name: string; email: string; at: number } {
  return { name: by.login, email: noReplyAddress(by), at: world.clock.now() };
}

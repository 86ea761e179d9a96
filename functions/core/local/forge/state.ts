/** Reading and writing the forge's documents, each checked as it is read. */
import * as z from "zod";
import type { Documents } from "../documents.ts";
import type { Permission, Repository, Status, Thread, User } from "./records.ts";
import { RepositorySchema, StatusSchema, ThreadSchema, UserSchema } from "./records.ts";

/** What happened, for tests that judge by it: one entry per call that changed something, and per refused merge. */
export const LedgerEntrySchema = z.object({
  who: z.string(),
  /** `POST /pulls`, `push`, ... */
  what: z.string(),
  repository: z.string(),
  details: z.unknown(),
  at: z.number(),
  /** An HTTP status. */
  outcome: z.number(),
});
export type LedgerEntry = Readonly<z.infer<typeof LedgerEntrySchema>>;

export interface ForgeState {
  readonly documents: Documents;
  user(login: string): User | undefined;
  putUser(user: User): void;
  repository(fullName: string): Repository | undefined;
  repositories(): readonly Repository[];
  putRepository(repository: Repository): void;
  thread(repository: Repository, number: number): Thread | undefined;
  /** Newest first. */
  threads(repository: Repository): readonly Thread[];
  putThread(repository: Repository, thread: Thread): void;
  statuses(repository: Repository, commit: string): readonly Status[];
  putStatus(repository: Repository, status: Status): void;
  permission(repository: Repository, user: User): Permission;
}

const USERS = "forge.users";
const REPOSITORIES = "forge.repositories";
export const FORGE_LEDGER = "forge";

export function createForgeState(documents: Documents): ForgeState {
  const threadsOf = (repository: Repository): string => `forge.threads.${repository.id}`;
  const statusesOf = (repository: Repository): string => `forge.statuses.${repository.id}`;
  return {
    documents,
    user: (login) => UserSchema.optional().parse(documents.get(USERS, login.toLowerCase())),
    putUser: (user) => documents.put(USERS, user.login.toLowerCase(), user),
    repository: (name) => RepositorySchema.optional().parse(documents.get(REPOSITORIES, name.toLowerCase())),
    repositories: () => documents.list(REPOSITORIES).map((document) => RepositorySchema.parse(document)),
    putRepository: (repository) => documents.put(REPOSITORIES, fullName(repository).toLowerCase(), repository),
    thread: (repository, number) => ThreadSchema.optional().parse(documents.get(threadsOf(repository), String(number))),
    threads: (repository) =>
      documents
        .list(threadsOf(repository))
        .map((document) => ThreadSchema.parse(document))
        .toSorted((one, other) => other.number - one.number),
    putThread: (repository, thread) => documents.put(threadsOf(repository), String(thread.number), thread),
    statuses: (repository, commit) =>
      documents
        .list(statusesOf(repository))
        .map((document) => StatusSchema.parse(document))
        .filter((status) => status.commit === commit)
        .toSorted((one, other) => other.id - one.id),
    putStatus: (repository, status) => documents.put(statusesOf(repository), String(status.id), status),
    permission: permissionOf,
  };
}

export function fullName(repository: Pick<Repository, "owner" | "name">): string {
  return `${repository.owner}/${repository.name}`;
}

function permissionOf(repository: Repository, user: User): Permission {
  if (user.siteAdmin || user.login === repository.owner) return "owner";
  return repository.collaborators[user.login] ?? (repository.private ? "none" : "read");
}

/** Who is at the local forge and what belongs to them: people, teams, and the repositories with their rights. */
import type { Clock } from "../../ports/clock.ts";
import type { Documents } from "../documents.ts";
import type { Permission, Team } from "./records.ts";
import type { ForgeState } from "./state.ts";

export interface Account {
  readonly login: string;
  /** In each repository; the owner is an organization. */
  readonly permission: Permission;
  readonly token: string;
  /** Default: everything that the account may do. */
  readonly scopes?: readonly string[];
}

/** Who and what is there at the beginning. */
export interface Residents {
  readonly documents: Documents;
  readonly clock: Clock;
  /** `owner/name`. */
  readonly repository: string;
  /** More of them, for the same people. */
  readonly others?: readonly string[];
  readonly accounts: readonly Account[];
  /** `organisation/team` with the people in it. */
  readonly teams?: Readonly<Record<string, readonly string[]>>;
  /** Everybody may look; default false. */
  readonly public?: boolean;
}

export function teamsOf({ teams = {} }: Residents): readonly Team[] {
  return Object.entries(teams).map(([name, members], index) => ({
    id: index + 1,
    organization: name.split("/")[0] ?? "",
    name: name.split("/")[1] ?? "",
    members,
  }));
}

/** Makes what is not there yet. */
export function ensureAccounts(options: Residents, state: ForgeState): void {
  const { documents, clock, repository, others = [], accounts } = options;
  const ensure = (login: string, kind: "person" | "organization"): void => {
    if (!state.user(login)) state.putUser({ id: documents.nextNumber("forge.users"), login, kind, siteAdmin: false, createdAt: clock.now() });
  };
  documents.transaction(() => {
    ensure(repository.split("/")[0] ?? "", "organization");
    for (const account of accounts) ensure(account.login, "person");
    for (const name of [repository, ...others]) ensureRepository(options, state, name);
  });
}

function ensureRepository({ documents, clock, accounts, public: isPublic }: Residents, state: ForgeState, fullName: string): void {
  if (state.repository(fullName)) return;
  const [owner = "home", name = "gitops"] = fullName.split("/");
  const now = clock.now();
  state.putRepository({
    id: documents.nextNumber("forge.repositories"),
    owner,
    name,
    private: isPublic !== true,
    defaultBranch: "main",
    collaborators: Object.fromEntries(accounts.filter(({ permission }) => permission !== "none").map(({ login, permission }) => [login, permission])),
    protections: [],
    labels: [],
    branches: {},
    createdAt: now,
    updatedAt: now,
  });
}

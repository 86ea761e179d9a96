/** All pieces of an installation, in the order in which they are made, and the list of what was made, so that it can be undone. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { createGiteaForge } from "../../adapters/gitea/forge.ts";
import { createGiteaSetup } from "../../adapters/gitea/setup.ts";
import type { Repository } from "../../ports/forge.ts";
import { Refused } from "../../ports/errors.ts";
import type { Settings } from "../settings.ts";
import { ROLES } from "../../adapters/gitea/account-needs.ts";
import { accountPiece, rightPiece, type Setup, tokenPiece } from "./accounts.ts";
import { onboardingPiece } from "./onboarding-piece.ts";
import { MISSING, type Piece, THERE } from "./piece.ts";
import { protectionPiece } from "./protection-piece.ts";
import { HOOKS, hookPiece, labelPiece } from "./repository-pieces.ts";
import { namedTeams, teamPiece } from "./team-pieces.ts";
import { openSecretsFolder, randomSecret, type SecretName, type SecretsFolder } from "./secrets-folder.ts";

/** What was made, by name, with what had been there before. */
const MadeSchema = z.record(z.string(), z.object({ before: z.unknown() }));
type Made = z.infer<typeof MadeSchema>;

export interface Installation {
  readonly pieces: readonly Piece[];
  /** The administrator that does it. */
  readonly by: string;
  readonly version: string;
  readonly made: () => Readonly<Made>;
  /** Writes the list of what was made, after every piece. */
  readonly note: (made: Made) => void;
}

export interface OpenInstallation {
  readonly settings: Settings;
  /** An administrator's token: in production nobody holds it. */
  readonly adminToken: string;
  /** Logins, and teams as `organisation/team`. */
  readonly approvers: readonly string[];
}

/** @throws Refused, Unavailable, Error for a token that is no administrator's, or a repository that is not there */
export async function openInstallation({ settings, adminToken, approvers }: OpenInstallation): Promise<Installation> {
  const options = { baseUrl: settings.gitea.url, token: adminToken };
  const forge = createGiteaSetup(options);
  const admin = await forge.whoAmI();
  if (!admin.isAdmin) throw new Refused(`${admin.login} is no administrator of ${settings.gitea.url}: accounts can only be made by one`);
  const secrets = openSecretsFolder(settings.secrets);
  const file = join(settings.secrets, "made-by-init.json");
  const made = (): Made => (existsSync(file) ? MadeSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : {});
  const setup: Setup = { settings, forge, secrets, made: (name) => made()[name]?.before === null };
  const repositories = await Promise.all(settings.gitea.repositories.map(({ name }) => repositoryOf(options, name)));
  const teams = await namedTeams(setup, { repositories, approvers, made: Object.keys(made()) });
  return {
    by: admin.login,
    version: await forge.version(),
    pieces: [
      secretPiece(secrets, "webhook-secret"),
      secretPiece(secrets, "alertmanager-token"),
      ...ROLES.map((role) => accountPiece(setup, role)),
      ...ROLES.map((role) => tokenPiece(setup, role)),
      ...repositories.flatMap((repository) => [
        ...ROLES.map((role) => rightPiece(setup, repository, role)),
        labelPiece(setup, repository),
        protectionPiece(setup, repository),
        ...HOOKS.map((hook) => hookPiece(setup, repository, hook)),
        onboardingPiece(setup, { repository, approvers }),
      ]),
      ...teams.map((team) => teamPiece(setup, team)),
    ],
    made,
    note: (list) => writeFileSync(file, `${JSON.stringify(list, null, 2)}\n`, { mode: 0o600 }),
  };
}

async function repositoryOf(options: { baseUrl: string; token: string }, name: string): Promise<Repository> {
  const repository = await createGiteaForge(options).repository(name);
  if (!repository) throw new Refused(`there is no repository ${name} at ${options.baseUrl}`);
  return repository;
}

function secretPiece(secrets: SecretsFolder, name: SecretName): Piece {
  return {
    name,
    look: () => Promise.resolve(secrets.read(name) === undefined ? MISSING : THERE),
    make: () => Promise.resolve(secrets.write(name, randomSecret())),
    undo() {
      secrets.remove(name);
      return Promise.resolve(undefined);
    },
  };
}

/** From flags, environment and the settings file to an installation that can be made, checked or undone. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { stringify } from "yaml";
import { createWallClock } from "../../adapters/wall-clock.ts";
import { readEnvironment } from "../environment.ts";
import { readSettings, type Settings, SettingsSchema } from "../settings.ts";
import { fireDeliveries } from "./deliveries.ts";
import { type Installation, openInstallation } from "./installation.ts";
import type { Told } from "./run-setup.ts";
import { secretManifests } from "./secret-manifest.ts";
import { openSecretsFolder } from "./secrets-folder.ts";

export interface SetupOptions {
  /** The settings file. */
  readonly config: string;
  readonly adminTokenFile?: string | undefined;
  readonly approvers?: readonly string[];
  /** Taken where there is no settings file yet. */
  readonly gitea?: string | undefined;
  readonly repositories?: readonly string[];
  readonly address?: string | undefined;
}

export interface OpenedSetup {
  readonly settings: Settings;
  readonly installation: Installation;
}

const OTHERS = 0o077;

/** @throws Error that says which flag, variable or place in a file is wrong; Refused and Unavailable of the forge */
export async function openSetup(options: SetupOptions): Promise<OpenedSetup> {
  const settings = existsSync(options.config) ? readSettings(options.config) : settingsOf(options);
  const installation = await openInstallation({ settings, adminToken: adminToken(options), approvers: options.approvers ?? [] });
  return { settings, installation };
}

/** Fires a test delivery of each hook and a test alert, and waits for them. */
export function fireSetupDeliveries({ settings }: OpenedSetup, options: SetupOptions): AsyncGenerator<Told> {
  return fireDeliveries({ settings, adminToken: adminToken(options), clock: createWallClock() });
}

/** The secrets as manifests for `kubectl apply`. */
export function secretManifestsOf(settings: Settings, namespace: string): string {
  return secretManifests(openSecretsFolder(settings.secrets), namespace);
}

/** Writes the settings file where there is none; what a person has in it is never touched. @returns whether it was written */
export function writeSettings({ config, gitea, address, repositories }: SetupOptions): boolean {
  if (existsSync(config)) return false;
  const file = { gitea: { url: gitea, repositories: (repositories ?? []).map(repositoryOf) }, address };
  writeFileSync(config, `# One installation of Anchorwatch. Paths are relative to this file.\n${stringify(file)}`, { mode: 0o600 });
  return true;
}

function settingsOf({ config, gitea, repositories = [], address }: SetupOptions): Settings {
  if (gitea === undefined || address === undefined || repositories.length === 0) {
    throw new Error(`${config} is not there yet: say --gitea, --repository and --address, and init writes it`);
  }
  const parsed = SettingsSchema.safeParse({ gitea: { url: gitea, repositories: repositories.map(repositoryOf) }, address });
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => `${flagOf(issue.path)}: ${issue.message}`).join("\n"));
  const beside = config.replace(/[^/]*$/, "");
  return { ...parsed.data, secrets: `${beside}${parsed.data.secrets}`, data: `${beside}${parsed.data.data}` };
}

function flagOf(path: readonly PropertyKey[]): string {
  if (path[0] === "address") return "--address";
  return path[1] === "url" ? "--gitea" : "--repository";
}

/** `home/gitops`, or `home/gitops:apps/**,infra/**`. */
function repositoryOf(text: string): { name: string; paths?: string[] } {
  const at = text.indexOf(":");
  return at === -1 ? { name: text } : { name: text.slice(0, at), paths: text.slice(at + 1).split(",") };
}

/** Never a flag: what stands on a command line can be read by everybody on the machine. */
function adminToken({ adminTokenFile }: SetupOptions): string {
  if (adminTokenFile !== undefined) {
    if ((statSync(adminTokenFile).mode & OTHERS) !== 0) throw new Error(`${adminTokenFile} can be read by others: chmod 600 ${adminTokenFile}`);
    return readFileSync(adminTokenFile, "utf8").trim();
  }
  const token = readEnvironment().adminToken;
  if (token === undefined) throw new Error("an administrator's token of the forge is needed: --admin-token-file FILE, or ANCHORWATCH_ADMIN_TOKEN");
  return token;
}

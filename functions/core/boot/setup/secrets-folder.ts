/** The folder with our tokens and secrets: one file each, its owner's alone, as a mounted Secret would have them. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Role } from "../../adapters/gitea/account-needs.ts";

export type SecretName = `${Role}-token` | "webhook-secret" | "alertmanager-token";

export const SECRET_NAMES: readonly SecretName[] = [
  "proposer-token",
  "merger-token",
  "checks-token",
  "words-token",
  "rights-token",
  "webhook-secret",
  "alertmanager-token",
];

export interface SecretsFolder {
  readonly directory: string;
  /** @returns undefined for one that is not there. @throws Error naming a file that others may read */
  read(name: SecretName): string | undefined;
  write(name: SecretName, value: string): void;
  remove(name: SecretName): void;
}

const OTHERS = 0o077;

export function openSecretsFolder(directory: string): SecretsFolder {
  const file = (name: SecretName): string => join(directory, name);
  return {
    directory,
    read(name) {
      if (!existsSync(file(name))) return undefined;
      if ((statSync(file(name)).mode & OTHERS) !== 0) throw new Error(`${file(name)} can be read by others: chmod 600 ${file(name)}`);
      return readFileSync(file(name), "utf8").trim();
    },
    write(name, value) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileSync(file(name), `${value}\n`, { mode: 0o600 });
    },
    remove: (name) => rmSync(file(name), { force: true }),
  };
}

/** A secret of our own making: 192 bits. */
export function randomSecret(): string {
  return randomBytes(24).toString("hex");
}

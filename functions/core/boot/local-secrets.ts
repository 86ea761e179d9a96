/** Tokens and secrets of the local world: made once, kept in a file that only its owner can read. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { EVERYBODY } from "../local/people.ts";

const SecretsSchema = z.object({ alertmanagerToken: z.string().min(24), webhookSecret: z.string().min(24), tokens: z.record(z.string(), z.string()) });
export type LocalSecrets = z.infer<typeof SecretsSchema>;

function random(): string {
  return randomBytes(24).toString("hex");
}

function makeSecrets(): LocalSecrets {
  return { alertmanagerToken: random(), webhookSecret: random(), tokens: Object.fromEntries(EVERYBODY.map(({ login }) => [login, random()])) };
}

/** Reads the file, or makes it with mode 0600. @throws Error naming the file when it is not what it should be */
export function readLocalSecrets(file: string): LocalSecrets {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    const made = makeSecrets(); // Because a file that is not there yet is the first start.
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 });
    return made;
  }
  const parsed = SecretsSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${file}: ${parsed.error.issues[0]?.path.join(".") ?? ""}: not as it was written; delete it to make new ones`);
  return parsed.data;
}

/** Every secret value, to be blanked in logs. */
export function secretValues(secrets: LocalSecrets): readonly string[] {
  return [secrets.alertmanagerToken, secrets.webhookSecret, ...Object.values(secrets.tokens)];
}

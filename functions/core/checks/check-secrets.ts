/** Nothing that looks like a secret may get into Git in the clear; what is encrypted is no secret any more. */
import type { Check } from "../records/check.ts";
import type { FileDiff } from "../records/source.ts";
import { parseYaml } from "../records/safe-yaml.ts";
import { textAt, valueAt } from "../records/read-object.ts";
import { secretsIn } from "../text/redact.ts";
import { checked, refused } from "./check-of.ts";

/** Kinds that hold ciphertext, or say where a secret is. */
const SEALED = /^(SealedSecret|ExternalSecret|ClusterExternalSecret|SopsSecret)$/;

/** A reference, or what a tool fills in later: `$VAR`, `{{ … }}`, `<path:…>`, `ENC[…]`. */
const PLACEHOLDER = /^(?:\$|\{\{|<|ENC\[|vault:|ref\+)/;

/** @param names objects that hold secrets: to name one is no secret */
export function checkSecrets(diffs: readonly FileDiff[], names: ReadonlySet<string> = new Set()): Check {
  const changed = diffs.filter(({ before, after }) => after !== undefined && after !== before);
  const found = changed.flatMap(({ path, before, after = "" }) => {
    const old = new Set(secretValues(before ?? ""));
    const fresh = secretValues(after).filter((value) => !old.has(value) && !names.has(value));
    return [...new Set(fresh.map((value) => lineOf(after, value)))].map((line) => `${path}:${line} would hold what looks like a secret, in the clear`);
  });
  return found.length > 0 ? refused("secrets", found) : checked("secrets", "nothing that the change adds looks like a secret");
}

/** Document by document, as one of a file may be sealed and the next one not. */
function secretValues(text: string): readonly string[] {
  return text.split(/^---[^\S\n]*(?:#.*)?$/m).flatMap((part) => {
    const parsed = parseYaml(part);
    const value: unknown = "documents" in parsed ? parsed.documents[0]?.value : undefined;
    if (valueAt(value, "sops") !== undefined || SEALED.test(textAt(value, "kind") ?? "")) return [];
    const held = textAt(value, "kind") === "Secret" ? ["data", "stringData"].flatMap((field) => textsIn(valueAt(value, field))) : [];
    return [...held, ...secretsIn(withoutReferences(part))].filter((one) => one !== "" && !PLACEHOLDER.test(one));
  });
}

/** `existingSecret: shop-db` names an object. */
function withoutReferences(text: string): string {
  return text.replace(
    /^[ \t-]{0,200}(?:[\w.-]{0,64}[eE]xisting[\w.-]{0,64}|[\w.-]{1,64}(?:[rR]ef|[nN]ame))[ \t]{0,8}:[ \t]{0,8}["']?[a-z0-9][a-z0-9.-]{0,253}["']?[ \t]*$/gm,
    "",
  );
}

function textsIn(value: unknown): readonly string[] {
  return value === null || typeof value !== "object" ? [] : Object.values(value).filter((one) => typeof one === "string");
}

function lineOf(text: string, value: string): number {
  const [first = value] = value.split("\n");
  return text.slice(0, Math.max(0, text.indexOf(first))).split("\n").length;
}

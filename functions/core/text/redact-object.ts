/** Takes the secrets out of a Kubernetes object at the edge, before anything looks at it: what triage sees can be shown, and sent to a friend (safety T23, M16, C1-C6). */
import { certificateOf } from "../records/certificate.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { POD_LOG_KIND } from "../records/pod-log.ts";
import { textAt, valueAt } from "../records/read-object.ts";
import { redactAnnotations, REDACTED, redactMetadata } from "./redact-metadata.ts";
import { holdsSecret, isSetting, redact, secretsIn } from "./redact.ts";

/** Longest text of one field; a message or a script that is longer is cut. */
const TEXT_MAX_LENGTH = 8 * 1024;
/** Deepest that an object is looked into; what lies deeper is left out. */
const MAX_DEPTH = 64;
/** Short words are no secrets by their shape. */
const SHAPE_MIN_LENGTH = 8;

/** A value that says how something runs: switch, number, duration, word, path, host with or without a port, address without a name or query in it, reference to another variable. */
const HARMLESS =
  /^(?:true|false|-?\d{1,8}(?:\.\d{1,4})?|\d{1,6}(?:ms|s|m|h|d|k|Ki|Mi|Gi|Ti|M|G|%)|[A-Za-z]{1,24}(?:[-_ .][A-Za-z]{1,24}){0,5}|\/[\w./-]{0,200}|(?:[a-z][a-z0-9+]{1,15}:\/\/)?[a-z0-9-]{1,63}(?:(?:\.[a-z0-9-]{1,63}){1,6}|(?=[:/]))(?::\d{1,5})?(?:\/[a-z./-]{0,100})?|\$\([\w.-]{1,100}\))$/;

/** An address with a login in it; whom it calls stays, because a network policy may forbid that. What follows a question mark goes too. */
const WITH_LOGIN = /^([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s/@]{1,512})@([A-Za-z0-9.-]{1,253}(?::\d{1,5})?(?:\/[\w-]{0,63})?)(?:[/?]\S*)?$/;

/** Letters of both cases with digits, or long hex: nobody types that. */
const RANDOM = /^(?=[^\s]*[a-z])(?=[^\s]*[A-Z])(?=[^\s]*\d)[\w+/=-]{20,}$|^[0-9a-f]{32,}$/;

/** Fields of the API that end in a word for a secret, and name one. */
const NAMES_ONE = new Set(["secret", "secretName", "imagePullSecret"]);

/** Redacts one object; every secret that it takes out is given to `note`, so that it can be found in the texts of others. */
export function redactObject(object: KubernetesObject, note: (secret: string) => void): KubernetesObject {
  const fields = Object.entries(object).filter(([key]) => key !== "metadata");
  const isData = object.kind === "Secret" || object.kind === "ConfigMap";
  const redacted = fields.map(([key, value]): [string, unknown] => {
    if (isData && DATA_FIELDS.has(key)) return [key, keysOnly(value, { isSecret: object.kind === "Secret", isBase64: key === "data", note })];
    // The end of a log says why; its reader has cut it already.
    if (object.kind === POD_LOG_KIND && typeof value === "string") return [key, redactText(value, note)];
    if (object.kind === "Node" && key === "status") return [key, walk(withoutImages(value), { key, depth: 0, note })];
    return [key, walk(value, { key, depth: 0, note })];
  });
  const certificate = object.kind === "Secret" ? certificateOf(object) : undefined;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...Object.fromEntries(redacted),
    metadata: redactMetadata(object, note),
    ...(certificate && { certificate }),
  };
}

const DATA_FIELDS = new Set(["data", "stringData", "binaryData"]);

interface Place {
  readonly key: string;
  readonly depth: number;
  readonly note: (secret: string) => void;
}

interface Data {
  readonly isSecret: boolean;
  readonly isBase64: boolean;
  readonly note: Place["note"];
}

/** Longest value of a ConfigMap that counts as a setting; anything longer is a file. */
const SETTING_MAX_LENGTH = 253;

/** Data is not shown, its keys are: a reference to one that is missing is a fault. Plain settings of a ConfigMap stay: they say whom a pod calls. */
function keysOnly(data: unknown, { isSecret, isBase64, note }: Data): unknown {
  if (data === null || typeof data !== "object") return {};
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const raw = typeof value === "string" ? value : "";
      const text = isSecret && isBase64 ? Buffer.from(raw, "base64").toString("utf8") : raw;
      if (!isSecret && text.length <= SETTING_MAX_LENGTH && isPlain(key, text)) return [key, text];
      if (holdsSecret(key) || (isSecret && !HARMLESS.test(text))) note(text);
      else if (!isSecret) secretsIn(text.slice(0, TEXT_MAX_LENGTH)).forEach(note);
      return [key, !isSecret && WITH_LOGIN.test(text) ? redactNamed(key, text, note) : REDACTED];
    }),
  );
}

/** A node lists every image that it has; nothing looks at that, and it is the largest part of a small cluster. */
function withoutImages(status: unknown): unknown {
  if (status === null || typeof status !== "object") return status;
  return Object.fromEntries(Object.entries(status).filter(([key]) => key !== "images"));
}

function walk(value: unknown, place: Place): unknown {
  if (typeof value === "string") return redactField(value, place);
  if (value === null || typeof value !== "object") return value;
  if (place.depth >= MAX_DEPTH) return undefined;
  const depth = place.depth + 1;
  if (Array.isArray(value)) {
    return place.key === "args" || place.key === "command" ? redactArguments(value, place) : value.map((item: unknown) => walk(item, { ...place, depth }));
  }
  if (place.key === "annotations") return Object.fromEntries(redactAnnotations(value, place.note));
  const name = textAt(value, "name");
  const own = name === undefined ? undefined : textAt(value, "value");
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "managedFields")
      .map(([key, item]) => [key, key === "value" && own !== undefined ? redactNamed(name ?? "", own, place.note) : walk(item, { ...place, key, depth })]),
  );
}

/** An environment variable, a Helm parameter, a header: a name with its value. What is not plainly harmless goes. */
function redactNamed(name: string, value: string, note: Place["note"]): string {
  if (isSetting(value)) return value;
  const [, scheme, login, place] = WITH_LOGIN.exec(value) ?? [];
  if (scheme !== undefined && login !== undefined && place !== undefined) {
    if (login !== REDACTED) [value, login, ...login.split(":")].forEach(note);
    return `${scheme}${REDACTED}@${place}`;
  }
  if (isPlain(name, value)) return value;
  note(value);
  return REDACTED;
}

function isPlain(name: string, value: string): boolean {
  return !holdsSecret(name) && HARMLESS.test(value) && redact(value) === value;
}

function redactField(value: string, { key, note }: Place): string {
  if (value.length < SHAPE_MIN_LENGTH && !holdsSecret(key)) return value;
  if (holdsSecret(key) && !NAMES_ONE.has(key) && !isSetting(value) && key !== "message") {
    note(value);
    return REDACTED;
  }
  return redactText(value.length > TEXT_MAX_LENGTH ? `${value.slice(0, TEXT_MAX_LENGTH)}…` : value, note);
}

/** What is a secret by its name in one text is one in every other. */
function redactText(text: string, note: Place["note"]): string {
  const redacted = redact(text);
  if (redacted !== text) secretsIn(text).forEach(note);
  return redacted;
}

/** Command lines: `--token=x`, `--token x`, and what looks made by a machine. */
function redactArguments(list: readonly unknown[], { note }: Place): unknown[] {
  return list.map((item, index) => {
    if (typeof item !== "string") return undefined;
    const secret = secretOf(item, list[index - 1]);
    if (secret === undefined) return redactField(item, { key: "", depth: 0, note });
    note(secret);
    return `${item.slice(0, item.length - secret.length)}${REDACTED}`;
  });
}

/** The end of an argument that is a secret: all of it after a flag that says so, what follows its own flag, or what nobody types. */
function secretOf(item: string, before: unknown): string | undefined {
  const isNamed = typeof before === "string" && /^--?[\w.-]+$/.test(before) && holdsSecret(before) && !item.startsWith("-");
  const [, flag = "", given = item] = /^(--?[\w.-]+)=(.*)$/s.exec(item) ?? [];
  const isSecret = isNamed || RANDOM.test(given) || (flag !== "" && holdsSecret(flag));
  return isSecret && !isSetting(given) ? given : undefined;
}

/** What people read of an object, as far as others' secrets can stand in it: the messages of its status, of an Event, of a log. */
export function mapTexts(object: KubernetesObject, map: (text: string) => string): KubernetesObject {
  const change = (value: unknown, key: string, depth: number): unknown => {
    if (typeof value === "string") return FREE_TEXT.has(key) ? map(value) : value;
    if (value === null || typeof value !== "object" || depth > MAX_DEPTH) return value;
    if (Array.isArray(value)) return value.map((item: unknown) => change(item, key, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(item, name, depth + 1)]));
  };
  const texts = ["status", "message", "note", "text"].filter((field) => valueAt(object, field) !== undefined);
  return texts.length === 0 ? object : { ...object, ...Object.fromEntries(texts.map((field) => [field, change(object[field], field, 0)])) };
}

const FREE_TEXT = new Set(["message", "note", "text"]);

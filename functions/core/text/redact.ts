/** Takes secrets out of text, at every place where text leaves us (safety T23, M16-M20). Linear in the length of the text. */

const MARK = "[redacted]";

/** Shapes that are secrets wherever they stand. Each begins with a literal and repeats only what cannot begin it again, so none backtracks far. */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----))*(?:-----END [A-Z ]{0,40}-----)?/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{30,255}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,255}/g,
  /\bglpat-[\w-]{20,64}/g,
  /\bsk-ant-[\w-]{16,255}/g,
  /\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,255}/g,
  /\bxox[abeoprs]-[\w-]{10,255}/g,
  /\bxapp-[\w-]{10,255}/g,
  /\bhooks\.slack\.com\/services\/[\w/-]{10,255}/g,
  /\bdiscord(?:app)?\.com\/api\/webhooks\/[\w/-]{10,255}/g,
  /\bbot\d{6,12}:[\w-]{30,64}/g,
  /\beyJ[\w-]{8,4096}\.eyJ[\w-]{8,8192}\.[\w-]{0,2048}/g,
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,2048}/g,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}/g,
  /\bwhsec_[\w+/=-]{16,255}/g,
  /\bnpm_[A-Za-z0-9]{30,255}/g,
  /\bpypi-[\w-]{30,512}/g,
  /\bdckr_pat_[\w-]{20,64}/g,
  /\bhv[sbr]\.[\w-]{20,255}/g,
  /\bSG\.[\w-]{16,64}\.[\w-]{16,64}/g,
  /\bdo[por]_v1_[0-9a-f]{32,128}/g,
  /\bglsa_[A-Za-z0-9_]{30,64}/g,
  /\btskey-[\w-]{12,128}/g,
  /\bAGE-SECRET-KEY-1[0-9A-Z]{40,80}/g,
  /\$(?:2[abxy]|5|6|y|argon2id?)\$[\w./$=,+-]{20,255}/g,
];

/** Shapes of which only a part is secret: `$1` stays. */
const PARTS: readonly RegExp[] = [
  /(:\/\/[^\s:/@"'`]{0,128}:)[^\s/@"'`]{1,512}(?=@)/g,
  /(\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?(?:bearer|basic|token)\s{1,4})[^\s"']{4,4096}/gi,
  /(\b(?:bearer|basic)\s{1,4})[\w+/=.~-]{16,4096}/gi,
  /(\bAccountKey=)[\w+/=]{20,255}/g,
  /([?&](?:access_token|token|sig|signature|key|api_key|apikey|password|secret)=)[^&\s"']{4,2048}/gi,
];

const KEY_NAME =
  "(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|credentials?|connection[_-]?string|dsn)";
const VALUE = `("[^"\\n]{1,4096}"|'[^'\\n]{1,4096}'|[^\\s"',;&|{}<>()\\[\\]]{1,4096})`;

/** `password: x`, `"token": "x"`, `API_KEY=x`: the name ends in a word for a secret (so `secretName: x` stays). */
const BY_KEY = new RegExp(`(${KEY_NAME}["']?[ \\t]{0,8}[:=][ \\t]{0,8})${VALUE}`, "gi");

/** A container's environment: `- name: DB_PASSWORD`, then `value: x` on the next line; also as JSON and as a diff. */
const BY_ENV_NAME = new RegExp(
  `(\\bname["']?:[ \\t]{0,8}["']?[\\w.-]{0,64}?${KEY_NAME}["']?,?\\s{0,64}[+-]?\\s{0,64}["']?value["']?:[ \\t]{0,8})${VALUE}`,
  "gi",
);

/** Values that are settings, not secrets; and what says where a secret is, or that it was taken out. */
const NOT_SECRET = /^["']?(?:true|false|null|none|nil|undefined|yes|no|\d{1,5}|\[?redacted\]?|\$[({].*)["']?$/i;

function redactValue(whole: string, prefix: string, value: string): string {
  if (NOT_SECRET.test(value)) return whole;
  const quote = value.startsWith('"') || value.startsWith("'") ? value.slice(0, 1) : "";
  return `${prefix}${quote}${MARK}${quote}`;
}

/** The base64 digits that a text has inside a longer one, for each of the three offsets at which it can begin. */
function base64Forms(value: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from("\0".repeat(offset) + value)
      .toString("base64")
      .replace(/=+$/, "");
    const bits = (offset + Buffer.byteLength(value)) * 8;
    // The first and the last digit may hold bits of the neighbours.
    return encoded.slice(offset === 0 ? 0 : offset + 1, Math.floor(bits / 6));
  });
}

/** Every form in which a known secret may stand in a text: as it is, base64 at any offset, both alphabets, percent-encoded, in hex. */
function formsOf(secret: string): string[] {
  const base64 = base64Forms(secret);
  const urlSafe = base64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"));
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, encodeURIComponent(secret), Buffer.from(secret).toString("hex"), ...base64, ...urlSafe];
}

/** Shorter than this, a value is too common a word to be taken out everywhere. */
const SECRET_MIN_LENGTH = 8;

/** Prepares the values of our own secrets once, for `redact`. */
export function knownSecrets(values: readonly string[]): readonly string[] {
  const forms = values.filter((value) => value.length >= SECRET_MIN_LENGTH).flatMap((value) => formsOf(value));
  return [...new Set(forms)].filter((form) => form.length >= SECRET_MIN_LENGTH).sort((a, b) => b.length - a.length);
}

/** Replaces secrets by `[redacted]`: the values given (from `knownSecrets`), what has the shape of a secret, and what stands under a secret's name. */
export function redact(text: string, secrets: readonly string[] = []): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, MARK), text);
  const shaped = SHAPES.reduce((rest, shape) => rest.replace(shape, MARK), known);
  const parted = PARTS.reduce((rest, part) => rest.replace(part, `$1${MARK}`), shaped);
  return parted.replace(BY_ENV_NAME, redactValue).replace(BY_KEY, redactValue);
}

/** Ends of names of environment variables, flags and keys that hold a secret; wider than in prose, because nothing but a name stands there. */
const HOLDS_SECRET = new RegExp(
  `(?:${KEY_NAME}|pass|pwd|pw|auth|apikey|[_.-]key|salt|cookie|license|webhook[_.-]?url)[_.-]?(?:b64|base64|hash|\\d{1,2})?$`,
  "i",
);

/** Tells by a name whether its value is a secret: `DB_PASSWORD`, `--api-key`, `oidc.clientSecret`. */
export function holdsSecret(name: string): boolean {
  return HOLDS_SECRET.test(name);
}

/** Tells whether a value can be shown even under such a name: a switch, a small number, a reference to where the secret is. */
export function isSetting(value: string): boolean {
  return value === "" || NOT_SECRET.test(value);
}

/** The values that `redact` would take out of a text by their names and shapes, so that they can be found elsewhere. */
export function secretsIn(text: string): readonly string[] {
  const shaped = SHAPES.flatMap((shape) => text.match(shape) ?? []);
  const named = [BY_ENV_NAME, BY_KEY].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => (match[2] ?? "").replace(/^["']|["']$/g, "")));
  return [...shaped, ...named.filter((value) => !isSetting(value))];
}

/** Who may post to an ingress: a bearer token, or a signature over the raw bytes; both in constant time (safety T1, T3). */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A secret shorter than this is no secret: the function refuses to start (safety W4). */
const MIN_SECRET_LENGTH = 24;

/** Says whether a request is from whom it claims to be. */
export type Authenticate = (headers: Headers, body: Uint8Array) => boolean;

/** Equal in constant time, whatever the lengths: both sides are hashed first. */
function equals(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function requireSecrets(secrets: readonly string[], what: string): void {
  const weak = secrets.length === 0 || secrets.some((secret) => secret.length < MIN_SECRET_LENGTH);
  if (weak) throw new Error(`${what}: every secret needs at least ${MIN_SECRET_LENGTH} characters`);
}

/** `Authorization: Bearer <token>`; several tokens while one is being replaced. @throws Error for a missing or short token */
export function bearerToken(tokens: readonly string[]): Authenticate {
  requireSecrets(tokens, "webhook token");
  return (headers) => {
    const match = /^Bearer ([\x21-\x7e]{1,512})$/.exec(headers.get("authorization") ?? "");
    const given = match?.[1];
    return given !== undefined && tokens.map((token) => equals(token, given)).includes(true);
  };
}

/** `X-Gitea-Signature`: lower-case hex of HMAC-SHA256 over the raw body (contracts 2.1). @throws Error for a missing or short secret */
export function giteaSignature(secrets: readonly string[]): Authenticate {
  requireSecrets(secrets, "webhook secret");
  return (headers, body) => {
    const given = headers.get("x-gitea-signature") ?? "";
    if (!/^[0-9a-f]{64}$/.test(given)) return false;
    return secrets.map((secret) => equals(createHmac("sha256", secret).update(body).digest("hex"), given)).includes(true);
  };
}

/** Secrets do not leave: by their shape, by the name they stand under, and our own in every form (safety M16-M20). */
import { expect, test } from "vitest";
import { knownSecrets, redact } from "../../../functions/core/text/redact.ts";

/** Written in parts, so that no scanner takes this file for a leak. */
const part = (head: string, length: number, alphabet = "aB3dE5gH7jK9mN1p") => head + alphabet.repeat(Math.ceil(length / alphabet.length)).slice(0, length);

test.each([
  part("AKIA", 16, "ABCDEFGH23456789"),
  part("ghp_", 36),
  part("github_pat_", 60),
  part("glpat-", 20),
  part("sk-ant-api03-", 90),
  part("sk-proj-", 48),
  part("xoxb-", 40),
  part("https://hooks.slack.com/services/", 40),
  part("https://discord.com/api/webhooks/", 60),
  part("bot123456789:", 35),
  `${part("eyJ", 20)}.${part("eyJ", 60)}.${part("", 43)}`,
  part("AIza", 35),
  part("sk_live_", 24),
  part("npm_", 36),
  part("pypi-", 60),
  part("dckr_pat_", 27),
  part("hvs.", 30),
  `${part("SG.", 22)}.${part("", 43)}`,
  part("dop_v1_", 64, "0123456789abcdef"),
  part("glsa_", 40),
  part("tskey-auth-", 30),
  part("AGE-SECRET-KEY-1", 58, "QPZRY9X8GF2TVDW0"),
  part("$6$", 90),
  "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
])("%j is a secret by its shape", (secret) => {
  const text = redact(`before ${secret} after`);
  expect(text).toMatch(/^before .*\[redacted\] after$/);
  expect(text).not.toContain(secret.slice(-16));
});

test.each([
  ["password: hunter2", "password: [redacted]"],
  ['"token": "a b c", "x": 1', '"token": "[redacted]", "x": 1'],
  ["DB_PASSWORD=hunter2 next", "DB_PASSWORD=[redacted] next"],
  ["-  apiKey: 'abc'", "-  apiKey: '[redacted]'"],
  ["- name: DB_PASSWORD\n  value: hunter2", "- name: DB_PASSWORD\n  value: [redacted]"],
  ["-  - name: DB_PASSWORD\n-    value: hunter2", "-  - name: DB_PASSWORD\n-    value: [redacted]"],
  ['{"name":"API_TOKEN","value":"abc"}', '{"name":"API_TOKEN","value":"[redacted]"}'],
  ["postgres://shop:hunter2@db/shop", "postgres://shop:[redacted]@db/shop"],
  ["Authorization: Bearer abcdef", "Authorization: Bearer [redacted]"],
  ["GET /x?access_token=abcdef&y=1", "GET /x?access_token=[redacted]&y=1"],
])("%j becomes %j", (text, left) => {
  expect(redact(text)).toBe(left);
});

test.each([
  "secretName: shop-tls",
  "secretKeyRef:\n  name: shop\n  key: password",
  "imagePullSecrets:\n  - name: registry",
  "automountServiceAccountToken: false",
  "tokenExpirationSeconds: 3600",
  'secret "shop-tls" not found',
  "image: registry.home/shop@sha256:0123456789abcdef",
  "commit 0123456789abcdef0123456789abcdef01234567",
  "Bearer of bad news",
  "see https://git.home/a:b/c",
])("%j stays as it is", (text) => {
  expect(redact(text)).toBe(text);
});

test("our own secrets go in every form: plain, JSON, base64 at each offset, percent-encoded, hex", () => {
  const secret = 'k3y with "quotes" & more';
  const secrets = knownSecrets([secret, "short"]);
  const forms = [secret, JSON.stringify(secret), encodeURIComponent(secret), Buffer.from(secret).toString("hex"), Buffer.from(secret).toString("base64")];
  for (const form of forms) expect(redact(`a ${form} b`, secrets)).toContain("[redacted]");
  for (const before of ["", "x", "xy", "xyz"]) {
    for (const encoding of ["base64", "base64url"] as const) {
      const text = Buffer.from(`${before}${secret}tail`).toString(encoding);
      expect(redact(text, secrets), `${encoding} after ${before.length} bytes`).toContain("[redacted]");
    }
  }
  expect(redact("a short word", secrets)).toBe("a short word");
});

test("a single line of 5 MB is redacted in under a second", () => {
  for (const piece of ["a", "token ", "password:", "name:token ", "eyJaaaaaaaaa.", "://a:", "-----BEGIN PRIVATE KEY-----", "sk-", "bearer "]) {
    const text = piece.repeat(Math.ceil(5_000_000 / piece.length));
    const started = performance.now();
    redact(text);
    expect(performance.now() - started, JSON.stringify(piece)).toBeLessThan(1000);
  }
});

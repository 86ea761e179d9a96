/** Why an image cannot be pulled, out of what containerd, CRI-O or Docker repeat of the registry's answer. */

/** What is wrong by the words for it, the most particular first: "no match for platform in manifest: not found" is no missing image. */
const REASONS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [
    /no match for platform|no matching manifest|no image found in (manifest list|image index) for|does not match the (specified|expected) platform/i,
    "the image has no variant for this node's architecture (no matching manifest for the platform)",
  ],
  [/toomanyrequests|too many requests|rate limit/i, "the registry's rate limit is reached (toomanyrequests); log in with a pull secret or use a mirror"],
  [/x509|certificate|tls: /i, "the registry's TLS certificate is not trusted"],
  [/server gave HTTP response to HTTPS client/i, "the registry speaks plain HTTP where HTTPS is asked for"],
  [/no such host|name resolution|server misbehaving|lookup \S+.* on \S+/i, "the registry's name cannot be resolved (DNS)"],
  [/no space left on device/i, "the node's disk is full (no space left on device)"],
  [
    /repository does not exist or may require|insufficient_scope|pull access denied/i,
    "access is denied: the repository does not exist, or it is private and needs a pull secret",
  ],
  [
    /unauthorized|authentication required|no basic auth|401|403|forbidden|denied|failed to authorize|incorrect username/i,
    "the registry refuses access (unauthorized or denied); the pull secret is missing or wrong",
  ],
  [/not found|manifest unknown|name unknown|404|does not exist/i, "the registry does not have this image or tag (not found)"],
  [/invalid reference format|parse image name|must be lowercase|parse reference/i, "the image's name is not valid"],
  [/signature/i, "the image's signature is not accepted"],
  [/handshake timeout|i\/o timeout|deadline exceeded|timed? ?out/i, "the registry does not answer in time (timeout)"],
  [/connection refused|no route to host|network is unreachable|connection reset|unexpected EOF|: EOF/i, "the registry cannot be reached"],
  [/\b50[0-4]\b|internal server error|bad gateway|service unavailable/i, "the registry has a fault of its own"],
];

/** Reasons of the kubelet that need no message. */
const BY_STATE: ReadonlyMap<string, string> = new Map([
  ["ErrImageNeverPull", "the image is not on the node, and imagePullPolicy Never forbids to pull it"],
  ["InvalidImageName", "the image's name is not valid"],
  ["SignatureValidationFailed", "the image's signature is not accepted"],
  ["RegistryUnavailable", "the registry cannot be reached"],
  ["ImageInspectError", "the image on the node cannot be read"],
]);

/** Says why in plain words; undefined where nothing tells. */
export function pullFailure(state: string, message: string): string | undefined {
  return BY_STATE.get(state) ?? REASONS.find(([pattern]) => pattern.test(message))?.[1];
}

/** Tells whether the registry wants to know who asks, so that the pull secret matters. */
export function isAboutAccess(message: string): boolean {
  return /unauthorized|authentication|401|403|forbidden|denied|authorize|insufficient_scope|no basic auth/i.test(message);
}

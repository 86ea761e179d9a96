/** What a registry's answer means for what to do: put an image back, wait, or ask a person. */
import type { ContainerView, PodView } from "../pod-view.ts";
import type { Snapshot } from "../snapshot.ts";

export type PullAnswer = "not-found" | "no-platform" | "rate-limited" | "denied" | "unclear";

/** The most particular first: "no match for platform in manifest: not found" is no missing image, and a denied one may be there. */
const ANSWERS: readonly (readonly [answer: PullAnswer, pattern: RegExp])[] = [
  ["no-platform", /no match for platform|no matching manifest/i],
  ["rate-limited", /toomanyrequests|too many requests|rate limit/i],
  ["denied", /denied|unauthorized|authoriz|authentication|forbidden|\b40[13]\b|basic auth/i],
  ["unclear", /no such host|lookup |dial tcp|timeout|timed out|x509|connection refused|\bEOF\b|\b5\d\d\b/i],
  ["not-found", /not found|manifest unknown|name unknown/i],
];

/** Reads what the kubelet repeats of it. */
export function pullAnswer(said: string): PullAnswer {
  return ANSWERS.find(([, pattern]) => pattern.test(said))?.[0] ?? "unclear";
}

/** The registry's words: in the state, or, with older kubelets, only in the Event. */
export function pullWords(snapshot: Snapshot, pod: PodView, container: ContainerView): string {
  const event = snapshot
    .eventsOf(pod.ref)
    .findLast(({ reason, message }) => reason === "Failed" && message.startsWith(`Failed to pull image "${container.image}"`));
  const state = container.waiting?.message ?? "";
  return /^Back-off pulling image "[^"]*"$/.test(state) || state === "" ? (event?.message ?? state) : state;
}

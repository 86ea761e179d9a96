/** Programs that the API server refuses: their log names the account, and what it may not do. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import type { ContainerView, PodView } from "../pod-view.ts";
import { isPodReady } from "../service-back-end.ts";
import type { Snapshot } from "../snapshot.ts";

/** The API server's own words, with or without escaped quotes. */
const FORBIDDEN =
  /forbidden: User \\?"system:serviceaccount:([a-z0-9.-]+):([a-z0-9.-]+)\\?" cannot ([a-z*]+) (?:resource|path) \\?"([^"\\]+)\\?"(?: in API group \\?"([^"\\]*)\\?")?(?: in the namespace \\?"([^"\\]+)\\?")?/;

/** Finds them in pods that are not well; who is refused and goes on needs no right. */
export const findDeniedAccess: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) => (isPodReady(pod) ? [] : pod.containers.flatMap((container) => deniedAt(snapshot, pod, container))));

function deniedAt(snapshot: Snapshot, pod: PodView, container: ContainerView): readonly ReturnType<typeof findingOf>[] {
  const logs = [true, false].map((previous) => snapshot.logOf(pod.ref, container.name, { previous }) ?? "");
  const match = logs.map((log) => FORBIDDEN.exec(log)).find((one) => one !== null);
  if (!match) return [];
  const [said, namespace, account, verb, resource, group = "", where] = match;
  const what = `${verb ?? ""} ${group === "" ? "" : `${group}/`}${resource ?? ""}`;
  return [
    findingOf(pod.ref, {
      category: "access-denied",
      message: `ServiceAccount ${namespace}/${account} may not ${what} ${where === undefined ? "in the whole cluster" : `in namespace ${where}`}, and ${container.role} ${container.name} does not work without`,
      evidence: [["log", said]],
      since: pod.createdAt,
    }),
  ];
}

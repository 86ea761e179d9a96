/** CoreDNS that does not run: no name of a Service resolves, and pods fail for reasons that do not show it. */
import { instantAt, numberAt, refOf } from "../../records/read-object.ts";
import { findAt } from "../find-at.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import type { ContainerView, PodView, Termination } from "../pod-view.ts";
import { isPodReady, podsIn } from "../service-back-end.ts";

/** CoreDNS needs some seconds to start. */
const STARTING_MS = 2 * 60_000;
const MEANING = "cluster DNS is down: names of Services and of the internet do not resolve in pods";

/** Finds cluster DNS of which no pod is ready; one pod of two that fails is that pod's own trouble. */
export const findDnsOutage: Analyzer = (snapshot) => {
  const pods = podsIn(snapshot, "kube-system").filter((pod) => pod.object.metadata.labels?.["k8s-app"] === "kube-dns" || pod.ref.name.startsWith("coredns-"));
  const [pod] = pods.filter((one) => snapshot.now - (one.createdAt ?? 0) >= STARTING_MS);
  if (!pod || pods.some((one) => isPodReady(one))) return [];
  return [
    findingOf(pod.ref, {
      category: "dns-down",
      message: `${MEANING}; ${describe(pod)}`,
      evidence: [["status.phase", pod.phase], ...pod.containers.map((container) => [`${container.field}.restartCount`, container.restartCount] as const)],
      since: instantAt(pod.object, "status", "startTime"),
    }),
  ];
};

function describe(pod: PodView): string {
  const container = pod.containers.find((one) => !one.ready);
  return container ? describeContainer(container) : `pod ${pod.ref.name} is ${pod.phase}`;
}

/** CoreDNS ends with 1 when it finds that it forwards to itself (its plugin `loop`), and when its Corefile is wrong. */
function describeContainer({ name, waiting, terminated, lastTerminated }: ContainerView): string {
  const end = terminated ?? lastTerminated;
  const said = waiting?.message ?? end?.message ?? "it says no more";
  const hint = end?.exitCode === 1 ? "; exit code 1 is mostly a forwarding loop or a fault in the Corefile" : "";
  return loopOf(end) ?? `container ${name} is ${waiting?.reason ?? end?.reason ?? "not ready"} (${said})${hint}`;
}

function loopOf(end: Termination | undefined): string | undefined {
  const loop = /Loop \([^)]*\) detected/.exec(end?.message ?? "")?.[0];
  return loop === undefined ? undefined : `CoreDNS found a forwarding loop (${loop}): the resolv.conf of the node leads back to it`;
}

/** Finds cluster DNS that somebody scaled to zero. */
export const findDnsScaledDown: Analyzer = findAt("apps", ["Deployment"], (deployment) => {
  const { name, namespace, labels } = deployment.metadata;
  const isDns = namespace === "kube-system" && (labels?.["k8s-app"] === "kube-dns" || name === "coredns");
  if (!isDns || numberAt(deployment, "spec", "replicas") !== 0) return [];
  return [{ category: "dns-down", message: `${MEANING}; ${refOf(deployment).name} is scaled to 0 replicas`, evidence: [["spec.replicas", "0"]] }];
});

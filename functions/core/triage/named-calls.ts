/** Services that a line of a log names and that nobody can reach: without pods, scaled to zero, or asked at a port that they do not have. */
import type { ObjectRef } from "../records/fields.ts";
import { refOf, textAt, numberAt } from "../records/read-object.ts";
import { troubleOfCall } from "./back-end-trouble.ts";
import { findObject } from "./find-at.ts";
import { labelsAt } from "./label-selector.ts";
import { podsMatching, SERVICE, workloadOf } from "./service-back-end.ts";
import type { Snapshot } from "./snapshot.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";

export interface NamedCall {
  readonly category: "failing-calls" | "scaled-to-zero";
  /** What is wrong with the call. */
  readonly words: string;
  /** Whom to blame; undefined where the caller itself is wrong. */
  readonly blames?: ObjectRef | undefined;
}

/** Names in addresses: `//cart/items`, `cart.web.svc:80`, `lookup cart`; a port only where one stands there. */
const ADDRESSES =
  /(?:\/\/|@|lookup |host[= ]"?|(?<=[\s"'(=])(?=[a-z0-9.-]+:\d))([a-z0-9][a-z0-9-]{0,62})(?:\.([a-z0-9][a-z0-9-]{0,62})(?:\.svc[a-z.]*)?)?(?::(\d{2,5}))?/gi;

/** Addresses of one line that are looked at. */
const MAX_ADDRESSES = 8;

/** The calls in a line that cannot succeed, as far as the snapshot shows it. */
export function namedCalls(snapshot: Snapshot, namespace: string | undefined, line: string): readonly NamedCall[] {
  return [...line.matchAll(ADDRESSES)].slice(0, MAX_ADDRESSES).flatMap((match) => {
    const [, name = "", place = namespace ?? "", port] = match;
    const service = findObject(snapshot, SERVICE, { name: name.toLowerCase(), namespace: place.toLowerCase() });
    const trouble = service && (atZero(snapshot, service) ?? troubleAt(snapshot, service, port === undefined ? undefined : Number(port)));
    return trouble ? [trouble] : [];
  });
}

function troubleAt(snapshot: Snapshot, service: KubernetesObject, port: number | undefined): NamedCall | undefined {
  const trouble = troubleOfCall(snapshot, {
    namespace: service.metadata.namespace ?? "",
    name: service.metadata.name,
    port: isForwarding(service) ? port : undefined,
  });
  return trouble && { category: "failing-calls", words: trouble.words, blames: trouble.blames };
}

/** Only an address of the cluster's own forwards no more than what is declared; without one, callers reach the pods and any port of theirs. */
export function isForwarding(service: KubernetesObject): boolean {
  const address = textAt(service, "spec", "clusterIP");
  return address !== undefined && address !== "None" && address !== "";
}

/** Nobody's trouble by itself, as it is meant so; somebody who misses it shows that it was not. */
function atZero(snapshot: Snapshot, service: KubernetesObject): NamedCall | undefined {
  const workload = workloadAtZero(snapshot, service);
  return (
    workload && {
      category: "scaled-to-zero",
      words: `Service ${service.metadata.namespace ?? ""}/${service.metadata.name} has no pod, as its ${workload.kind} is scaled to 0`,
      blames: refOf(workload),
    }
  );
}

/** The workload behind a Service that has no pod because it is scaled to zero. */
export function workloadAtZero(snapshot: Snapshot, service: KubernetesObject): KubernetesObject | undefined {
  const selector = labelsAt(service, "spec", "selector");
  const { namespace } = service.metadata;
  if (Object.keys(selector).length === 0 || podsMatching(snapshot, namespace, selector).length > 0) return undefined;
  const workload = workloadOf(snapshot, namespace, selector);
  return workload && numberAt(workload, "spec", "replicas") === 0 ? workload : undefined;
}

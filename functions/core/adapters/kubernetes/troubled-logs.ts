/** The last lines of containers that are in trouble, of this run and the one before; of no other container is a log read. */
import { Refused, Unavailable } from "../../ports/errors.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { podLogObject } from "../../records/pod-log.ts";
import { listAt, numberAt, textAt, valueAt } from "../../records/read-object.ts";
import type { ApiClient } from "./api-client.ts";

const LINES = 50;
const MAX_BYTES = 64 * 1024;
/** Pods of one owner whose logs are read: a hundred that crash say what two say. */
const PODS_PER_OWNER = 2;
const MAX_CONTAINERS = 40;
const AT_ONCE = 4;

interface Troubled {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly restarted: boolean;
}

/** Reads the logs of containers that crash or do not get ready; a log that cannot be had is said nowhere, because most such containers have none. */
export async function logsOfTroubled(api: ApiClient, pods: readonly KubernetesObject[]): Promise<readonly KubernetesObject[]> {
  const waiting = troubledIn(pods).slice(0, MAX_CONTAINERS);
  const found: KubernetesObject[] = [];
  const work = async (): Promise<void> => {
    for (let place = waiting.shift(); place; place = waiting.shift()) {
      for (const previous of place.restarted ? [false, true] : [false]) {
        const text = await readLog(api, { ...place, previous, lines: LINES });
        if (text !== undefined && text !== "") found.push(podLogObject({ ...place, previous, text }));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

/** @returns undefined when there is no such log: it never ran, or only one dead container is kept (contracts 12.2) */
export async function readLog(
  api: ApiClient,
  { namespace, pod, container, previous, lines }: Omit<Troubled, "restarted"> & { readonly previous: boolean; readonly lines: number },
): Promise<string | undefined> {
  const query = new URLSearchParams({ container, tailLines: String(lines), limitBytes: String(MAX_BYTES), ...(previous && { previous: "true" }) });
  try {
    return await api.text(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query.toString()}`);
  } catch (error) {
    if (error instanceof Refused || error instanceof Unavailable) return undefined;
    throw error;
  }
}

function troubledIn(pods: readonly KubernetesObject[]): Troubled[] {
  const perOwner = new Map<string, number>();
  return pods.flatMap((pod) => {
    const containers = ["initContainerStatuses", "containerStatuses"].flatMap((field) => listAt(pod, "status", field).filter((status) => isTroubled(status)));
    const owner = `${pod.metadata.namespace}/${pod.metadata.ownerReferences?.[0]?.uid ?? pod.metadata.name}`;
    const seen = perOwner.get(owner) ?? 0;
    if (containers.length === 0 || seen >= PODS_PER_OWNER || pod.metadata.namespace === undefined) return [];
    perOwner.set(owner, seen + 1);
    const { namespace, name } = pod.metadata;
    return containers.map((status) => ({
      namespace,
      pod: name,
      container: textAt(status, "name") ?? "",
      restarted: (numberAt(status, "restartCount") ?? 0) > 0,
    }));
  });
}

function isTroubled(status: unknown): boolean {
  const ended = numberAt(status, "state", "terminated", "exitCode");
  const endedBefore = numberAt(status, "lastState", "terminated", "exitCode");
  if (ended !== undefined) return ended !== 0;
  if (endedBefore !== undefined) return true;
  return valueAt(status, "state", "running") !== undefined && valueAt(status, "ready") === false;
}

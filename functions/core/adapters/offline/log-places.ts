/** Which container a log file is of: people name such files in many ways, and the pods of the snapshot say which one is meant. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { LogPlace } from "../../records/pod-log.ts";
import { listAt, textAt } from "../../records/read-object.ts";

/** Finds the container of a log file by its path. */
export type FindPlace = (path: string) => LogPlace | "ambiguous" | undefined;

type Container = Omit<LogPlace, "previous">;

const EXTENSION = /\.(?:gz|log|txt|out)$/;
const PREVIOUS = /[._-](?:previous|prev|old|p)$/;
/** The kubelet's own layout: `NAMESPACE_POD_UID/CONTAINER/RESTARTS.log`, and its links `POD_NAMESPACE_CONTAINER-ID.log`. */
const KUBELET = /(?:^|\/)([a-z0-9-]+)_([a-z0-9.-]+)_[0-9a-f-]{32,36}\/([a-z0-9-]+)\/(\d+)$/;
const KUBELET_LINK = /(?:^|\/)([a-z0-9.-]+)_([a-z0-9-]+)_([a-z0-9-]+)-[0-9a-f]{64}$/;
/** What tools put between the parts of a name. */
const SEPARATORS = /[/_.\s:]+/g;

/** Prepares the search over the pods of a snapshot. `paths` are all log files: only together do the kubelet's numbers say which run is the last. */
export function placeFinder(pods: readonly KubernetesObject[], paths: readonly string[]): FindPlace {
  const byName = namesOf(pods);
  const newest = newestRuns(paths);
  return (path) => kubeletPlace(stem(path), newest) ?? namedPlace(path, byName);
}

function stem(path: string): string {
  let rest = path;
  while (EXTENSION.test(rest)) rest = rest.replace(EXTENSION, "");
  return rest;
}

function kubeletPlace(path: string, newest: ReadonlyMap<string, number>): LogPlace | undefined {
  const [whole, namespace, pod, container, run] = KUBELET.exec(path) ?? [];
  if (whole !== undefined && namespace !== undefined && pod !== undefined && container !== undefined) {
    const age = (newest.get(runKey(path)) ?? 0) - Number(run);
    return age > 1 ? undefined : { namespace, pod, container, previous: age === 1 };
  }
  const [link, linkPod, linkNamespace, linkContainer] = KUBELET_LINK.exec(path) ?? [];
  if (link === undefined || linkPod === undefined || linkContainer === undefined) return undefined;
  return { namespace: linkNamespace, pod: linkPod, container: linkContainer, previous: false };
}

function runKey(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function newestRuns(paths: readonly string[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const path of paths.map(stem)) {
    const run = KUBELET.exec(path)?.[4];
    if (run !== undefined) newest.set(runKey(path), Math.max(newest.get(runKey(path)) ?? 0, Number(run)));
  }
  return newest;
}

/** Every name that a container's log may have, and the containers that it can mean. */
function namesOf(pods: readonly KubernetesObject[]): ReadonlyMap<string, readonly Container[]> {
  const names = new Map<string, Container[]>();
  const add = (parts: readonly string[], place: Container): void => {
    const name = parts.join("-").replaceAll(SEPARATORS, "-").toLowerCase();
    const same = names.get(name);
    if (!same) names.set(name, [place]);
    else if (!same.some((other) => isSame(other, place))) same.push(place);
  };
  for (const object of pods) {
    const { namespace, name: pod } = object.metadata;
    const space = namespace === undefined ? [] : [namespace];
    const containers = ["containers", "initContainers"].flatMap((field) => listAt(object, "spec", field).flatMap((item) => textAt(item, "name") ?? []));
    for (const container of containers) {
      const place = { namespace, pod, container };
      add([...space, pod, container], place);
      add([pod, container], place);
    }
    const main = object.metadata.annotations?.["kubectl.kubernetes.io/default-container"] ?? containers[0];
    if (main === undefined) continue;
    // `kubectl logs POD > POD.log`, and `kubectl cluster-info dump`, which writes NAMESPACE/POD/logs.txt.
    for (const parts of [[pod], [...space, pod], [pod, "logs"], [...space, pod, "logs"]]) add(parts, { namespace, pod, container: main });
  }
  return names;
}

function isSame(a: Container, b: Container): boolean {
  return a.namespace === b.namespace && a.pod === b.pod && a.container === b.container;
}

function namedPlace(path: string, names: ReadonlyMap<string, readonly Container[]>): LogPlace | "ambiguous" | undefined {
  const whole = stem(path);
  const previous = PREVIOUS.test(whole) || /(?:^|\/)previous(?:\/|$)/.test(whole);
  const parts = whole
    .replace(PREVIOUS, "")
    .split("/")
    .filter((part) => part !== "previous");
  // The more folders of the path agree, the surer: `web/shop-0.log` is not the shop-0 of another namespace.
  for (const count of [3, 2, 1]) {
    if (count > parts.length) continue;
    const found = names.get(parts.slice(-count).join("-").replaceAll(SEPARATORS, "-").toLowerCase());
    const [place] = found ?? [];
    if (place) return found?.length === 1 ? { ...place, previous } : "ambiguous";
  }
  return undefined;
}

/** Programs that were built for another CPU: the kernel says `exec format error`, on the node's side or in the log. */
import type { ContainerView, PodView, Termination } from "./pod-view.ts";
import { logsOf } from "./log-line.ts";
import type { Snapshot } from "./snapshot.ts";
import { textAt } from "../records/read-object.ts";

const EXEC_FORMAT_ERROR = "exec format error";

/** Architectures by the words that images have in their names and tags. */
const IN_NAMES: readonly (readonly [arch: string, pattern: RegExp])[] = [
  ["amd64", /(^|[^a-z0-9])(amd64|x86[-_]64|x64)([^a-z0-9]|$)/i],
  ["arm64", /(^|[^a-z0-9])(arm64(v8)?|aarch64)([^a-z0-9]|$)/i],
  ["arm", /(^|[^a-z0-9])(armhf|armv[67]l?|arm32v[67])([^a-z0-9]|$)/i],
];

/** Tells whether a crash is one of the wrong architecture. */
export function isWrongArchitecture(snapshot: Snapshot, pod: PodView, container: ContainerView, crash: Termination): boolean {
  const said = `${crash.message ?? ""}\n${container.waiting?.message ?? ""}\n${logsOf(snapshot, pod, container.name)}`;
  return said.includes(EXEC_FORMAT_ERROR) || isNamedForAnother(snapshot, pod, container);
}

/** An image that names one architecture on a node of another, and ends at once. */
function isNamedForAnother(snapshot: Snapshot, pod: PodView, container: ContainerView): boolean {
  const [node, image] = [architectureOfNode(snapshot, pod), architectureOfImage(container.image)];
  return node !== undefined && image !== undefined && node !== image && !(node === "arm64" && image === "arm");
}

/** The architecture of the node that a pod runs on, where the node is in the snapshot. */
export function architectureOfNode(snapshot: Snapshot, pod: PodView): string | undefined {
  const node = pod.nodeName === undefined ? undefined : snapshot.get({ kind: "Node", name: pod.nodeName });
  return textAt(node, "status", "nodeInfo", "architecture") ?? node?.metadata.labels?.["kubernetes.io/arch"];
}

/** The architecture that an image's name tells; most name none, as they are built for several. */
export function architectureOfImage(image: string): string | undefined {
  return IN_NAMES.find(([, pattern]) => pattern.test(image))?.[0];
}

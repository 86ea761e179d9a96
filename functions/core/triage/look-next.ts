/** Where a person would look next, by the kind of trouble: one command or place that shows more than the cause can say. */
import type { Finding } from "../records/finding.ts";
import type { ObjectRef } from "../records/fields.ts";

/** One short sentence for a cause, by its most telling finding. */
export function lookNext(root: ObjectRef, finding: Finding): string {
  const { object, category } = finding;
  const pod = object.kind === "Pod" ? `${inNamespace(object)} ${object.name}` : undefined;
  if (pod !== undefined && /^(crash-loop|init-failing)$/.test(category)) return `Look at what it said last: kubectl logs${pod} --previous${container(finding)}`;
  if (category === "out-of-memory") return "Look at its memory over the last days, then at its limit";
  if (category === "image-pull") return "Look whether the registry has that name and tag for the nodes' architecture, and whether it may be pulled";
  if (root.kind === "Node") return `Look at the machine (power, network, disk) and at kubectl describe node ${root.name}`;
  if (root.kind === "Application") return `Look at the app ${root.name} in Argo CD, under the conditions and the last sync`;
  if (root.kind === "ResourceQuota") return `Look at what uses it up: kubectl describe resourcequota${inNamespace(root)} ${root.name}`;
  if (pod !== undefined && category === "not-ready") return `Look at what its readiness probe gets: kubectl describe pod${pod}`;
  return `Look at kubectl describe ${root.kind.toLowerCase()}${inNamespace(root)} ${root.name}`;
}

function inNamespace({ namespace }: ObjectRef): string {
  return namespace === undefined ? "" : ` -n ${namespace}`;
}

/** The container that a message names, as our analyzers write it. */
function container({ message }: Finding): string {
  const name = /\bcontainer ([a-z0-9-]+) /.exec(message)?.[1];
  return name === undefined ? "" : ` -c ${name}`;
}

/** Reading the cluster; every method @throws Unavailable, and Refused with 403 where we may not look (never "healthy", safety C18). */
import type { ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";

export interface Cluster {
  /** Every object that triage looks at: workloads, pods, services, events, nodes, Argo CD Applications. */
  snapshot(): Promise<readonly KubernetesObject[]>;
  read(ref: ObjectRef): Promise<KubernetesObject | undefined>;
  /** The last lines of a container's log; `previous` = of the run before. @returns undefined when there is none */
  logs(pod: ObjectRef, options: { container: string; previous: boolean; lines: number }): Promise<string | undefined>;
}

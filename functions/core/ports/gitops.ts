/** What applies Git to the cluster: Argo CD, or the local loop. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";

export interface GitOps {
  /** Every Application, as the API server has it. @throws Unavailable */
  applications(): Promise<readonly KubernetesObject[]>;
  /** Asks to compare now instead of at the next poll; harmless, and it may be ignored. @throws Unavailable */
  refresh(name: string, namespace: string): Promise<void>;
}

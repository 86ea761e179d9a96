/** One look at a cluster through a kubeconfig, as `anchorwatch diagnose` and `dump` take it: nothing is installed, nothing changed. */
import { createApiClient } from "../adapters/kubernetes/api-client.ts";
import { type KubeConfigChoice, loadKubeConfig } from "../adapters/kubernetes/kube-config.ts";
import { lookAround } from "../adapters/kubernetes/look.ts";
import { logsOfTroubled } from "../adapters/kubernetes/troubled-logs.ts";
import { gatherObjects } from "../adapters/offline/gather.ts";
import type { Look } from "./look-offline.ts";

export interface ClusterChoice extends KubeConfigChoice {
  /** Where only this namespace may be listed, it is. */
  readonly namespace?: string | undefined;
}

/** Prepares looks at one cluster; a connection is made with the first. @throws Error when the kubeconfig is wrong */
export function clusterLooks(choice: ClusterChoice): () => Promise<Look> {
  const api = createApiClient(loadKubeConfig(choice));
  const namespace = choice.namespace ?? api.namespace;
  return async () => {
    const gathering = gatherObjects();
    const notSeen = await lookAround(api, { namespace }, (object) => gathering.take(object));
    for (const log of await logsOfTroubled(api, gathering.pods())) gathering.take(log);
    return { objects: gathering.finish(), now: Date.now(), notSeen };
  };
}

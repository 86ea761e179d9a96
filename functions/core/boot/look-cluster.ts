/** One look at a cluster through a kubeconfig, as `anchorwatch diagnose` and `dump` take it: nothing is installed, nothing changed. */
import type { KubeConfigChoice } from "../adapters/kubernetes/kube-config.ts";
import { gatherObjects } from "../adapters/offline/gather.ts";
import type { Look } from "./look-offline.ts";

export interface ClusterChoice extends KubeConfigChoice {
  /** Where only this namespace may be listed, it is. */
  readonly namespace?: string | undefined;
  /** Reads TLS Secrets that nothing renews, for the time at which their certificates expire. */
  readonly certificates?: boolean | undefined;
}

/** Prepares looks at one cluster; a connection is made with the first. @throws Error when the kubeconfig is wrong */
export async function clusterLooks(choice: ClusterChoice): Promise<() => Promise<Look>> {
  // The client takes the better part of a second to load, on a Raspberry Pi several: who reads files does not wait for it.
  const [{ createApiClient }, { loadKubeConfig }, { lookAround }, { logsOfTroubled }] = await Promise.all([
    import("../adapters/kubernetes/api-client.ts"),
    import("../adapters/kubernetes/kube-config.ts"),
    import("../adapters/kubernetes/look.ts"),
    import("../adapters/kubernetes/troubled-logs.ts"),
  ]);
  const api = createApiClient(loadKubeConfig(choice));
  const namespace = choice.namespace ?? api.namespace;
  return async () => {
    const gathering = gatherObjects();
    const notSeen = await lookAround(api, { namespace, certificates: choice.certificates }, (object) => gathering.take(object));
    for (const log of await logsOfTroubled(api, gathering.pods())) gathering.take(log);
    return { objects: gathering.finish(), now: Date.now(), notSeen };
  };
}

/** Asks the hosts of a `k0sctl.yaml` beside a look, or instead of it when the cluster's API does not answer. */
import { askHost } from "../adapters/hosts/ask-host.ts";
import { readHosts } from "../adapters/hosts/k0sctl-file.ts";
import { Unavailable } from "../ports/errors.ts";
import { hostFactsObject } from "../records/host-facts.ts";
import { redactObject } from "../text/redact-object.ts";
import type { Look } from "./look-offline.ts";

/** @param path a k0sctl.yaml. @throws Error when it is none */
export function withHosts(path: string, look: () => Promise<Look>): () => Promise<Look> {
  const hosts = readHosts(path);
  return async () => {
    const [seen, answered] = await Promise.all([lookOrSay(look), Promise.all(hosts.map((host) => askHost(host)))]);
    const objects = answered.map((facts) => redactObject(hostFactsObject(facts), () => undefined));
    return { ...seen, objects: [...seen.objects, ...objects] };
  };
}

/** Hosts are asked above all when the API is down; what it would have told is not known then. */
async function lookOrSay(look: () => Promise<Look>): Promise<Look> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return { objects: [], now: Date.now(), notSeen: [`the cluster: ${error.message}`] };
  }
}

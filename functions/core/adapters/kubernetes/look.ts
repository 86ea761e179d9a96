/** One look at a cluster: everything that triage looks at, and what may not be seen, said for each kind. */
import { Refused, Unavailable } from "../../ports/errors.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, textAt } from "../../records/read-object.ts";
import type { ApiClient } from "./api-client.ts";
import { listResource } from "./list-resource.ts";
import { NEEDED, type Resource, RESOURCES } from "./resources.ts";
import { tlsCertificates } from "./tls-certificates.ts";

/** Lists that are open at one time: a control plane of a Raspberry Pi shall not feel a look. */
const AT_ONCE = 6;

/** What may not be listed everywhere is listed in this namespace instead. */
export interface LookScope {
  readonly namespace?: string | undefined;
  /** Also the certificates of TLS Secrets that nothing renews: only where a person asks for it, because the API gives them with their keys. */
  readonly certificates?: boolean | undefined;
}

/** Gives every object to `take`. @returns what could not be seen. @throws Unavailable, Refused when nothing can be told without it */
export async function lookAround(api: ApiClient, scope: LookScope, take: (object: KubernetesObject) => void): Promise<readonly string[]> {
  const versions = await servedVersions(api);
  const waiting = RESOURCES.filter(({ group }) => versions.has(group));
  const notSeen: string[] = [];
  const work = async (): Promise<void> => {
    for (let resource = waiting.shift(); resource; resource = waiting.shift()) {
      const fault = await lookAtKind(api, { resource, version: versions.get(resource.group) ?? "v1", ...scope }, take);
      if (fault !== undefined) notSeen.push(fault);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const untold = await lookAtCertificates(api, scope, take);
  if (untold !== undefined) notSeen.push(untold);
  return notSeen.toSorted((a, b) => a.localeCompare(b));
}

/** After the lists, so that the Secret with its certificate is the newer of the two that are taken. */
async function lookAtCertificates(
  api: ApiClient,
  { namespace, certificates }: LookScope,
  take: (object: KubernetesObject) => void,
): Promise<string | undefined> {
  if (certificates !== true) return undefined;
  try {
    for (const secret of await tlsCertificates(api, namespace)) take(secret);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unavailable)) throw error;
    return `certificates of TLS secrets: ${error.message}`;
  }
}

/** Groups that the server has, with the version that it prefers: custom kinds are asked for only where they are. */
async function servedVersions(api: ApiClient): Promise<ReadonlyMap<string, string>> {
  const groups = listAt(await api.json("/apis"), "groups");
  const named = groups.flatMap((group): [string, string][] => {
    const [name, version] = [textAt(group, "name"), textAt(group, "preferredVersion", "version")];
    return name === undefined || version === undefined ? [] : [[name, version]];
  });
  return new Map([["", "v1"], ...named]);
}

/** The version that the server prefers of one group; undefined where it has none. @throws Unavailable, Refused */
export async function servedVersion(api: ApiClient, group: string): Promise<string | undefined> {
  return (await servedVersions(api)).get(group);
}

interface KindLook extends LookScope {
  readonly resource: Resource;
  readonly version: string;
}

async function lookAtKind(api: ApiClient, { resource, version, namespace }: KindLook, take: (object: KubernetesObject) => void): Promise<string | undefined> {
  const name = resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
  try {
    await listResource(api, { resource, version }, take);
    return undefined;
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    if (isStatus(error, 403) && namespace !== undefined && resource.namespaced) {
      await listResource(api, { resource, version, namespace }, take);
      return `${name}: only those in ${namespace} may be listed`;
    }
    if (NEEDED.has(name) || !(error instanceof Refused || error instanceof Unavailable)) throw error;
    return isStatus(error, 403) ? `${name}: may not be listed (403)` : `${name}: ${error.message}`;
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof Refused && error.status === status;
}

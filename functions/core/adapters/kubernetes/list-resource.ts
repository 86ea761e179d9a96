/** Listing one kind of object, page by page. */
import { Refused, Unavailable } from "../../ports/errors.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { isObject } from "../../records/manifest.ts";
import { listAt, textAt } from "../../records/read-object.ts";
import type { ApiClient } from "./api-client.ts";
import { pathOf, type Resource } from "./resources.ts";

/** Pages of one kind: with 500 on each, a hundred thousand objects. */
const MAX_PAGES = 200;
const TRIES = 2;
const RETRY_MS = 500;
const RETRY_MAX_MS = 3_000;
const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** One place in which objects of a kind are listed. */
export interface Listing {
  readonly resource: Resource;
  readonly version: string;
  readonly namespace?: string | undefined;
}

/** Gives each object to `take`, page by page. @throws Refused, with 404 where the server has no such kind; Unavailable */
export async function listResource(api: ApiClient, listing: Listing, take: (object: KubernetesObject) => void): Promise<void> {
  const { resource, version, namespace } = listing;
  const selector = resource.fields === undefined ? "" : `&fieldSelector=${encodeURIComponent(resource.fields)}`;
  let token = "";
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = `limit=${resource.page}${selector}${token === "" ? "" : `&continue=${encodeURIComponent(token)}`}`;
    const list = await patiently(() => api.json(`${pathOf(resource, version, namespace)}?${query}`, resource.metadataOnly ? METADATA : undefined));
    for (const item of listAt(list, "items")) {
      const object = typed(item, resource, version);
      if (object) take(object);
    }
    token = textAt(list, "metadata", "continue") ?? "";
    if (token === "") return;
  }
  throw new Refused(`more than ${MAX_PAGES * resource.page} ${resource.plural}; the rest was not read`);
}

/** Items of a list have no type of their own; definitions are taken without their schemas, which are most of their size. */
function typed(item: unknown, resource: Resource, version: string): KubernetesObject | undefined {
  if (item === null || typeof item !== "object") return undefined;
  const object = { ...item, apiVersion: resource.group === "" ? version : `${resource.group}/${version}`, kind: resource.kind };
  if (!isObject(object)) return undefined;
  if (resource.kind !== "CustomResourceDefinition") return object;
  const versions = listAt(object, "spec", "versions").map((one) => withoutSchema(one));
  return { ...object, spec: { ...Object(object["spec"]), versions } };
}

function withoutSchema(version: unknown): unknown {
  if (version === null || typeof version !== "object") return version;
  return Object.fromEntries(Object.entries(version).filter(([key]) => key !== "schema"));
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unavailable) || attempt >= TRIES) throw error;
      const waitMs = Math.min(error.retryAfterMs ?? RETRY_MS, RETRY_MAX_MS);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

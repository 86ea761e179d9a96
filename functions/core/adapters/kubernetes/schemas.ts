/** The Schemas port on a real API server: its OpenAPI documents, one per API version, read when an object of it is looked at and kept by their hash. */
import { Refused } from "../../ports/errors.ts";
import type { Definition, Schemas } from "../../ports/schemas.ts";
import { listAt, textAt, valueAt } from "../../records/read-object.ts";
import type { ApiClient } from "./api-client.ts";

/** Documents that are kept: a change touches objects of three or four API versions. */
const MAX_KEPT = 12;

/** @param api the server answers everybody who is logged in */
export function createSchemas(api: Pick<ApiClient, "json">): Schemas {
  const kept = new Map<string, Promise<unknown>>();
  const read = (url: string): Promise<unknown> => {
    const known = kept.get(url);
    if (known) return known;
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    const asked = api.json(url);
    kept.set(url, asked);
    asked.catch(() => kept.delete(url));
    return asked;
  };
  return {
    async definitionOf(apiVersion, kind) {
      const path = apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
      const url = textAt(await api.json("/openapi/v3"), "paths", path, "serverRelativeURL");
      if (url === undefined) return undefined;
      // Only ever this server's own documents.
      if (!url.startsWith("/openapi/v3/")) throw new Refused("the server names a document that is none of its own");
      return definitionIn(await read(url), { apiVersion, kind });
    },
  };
}

function definitionIn(document: unknown, { apiVersion, kind }: { apiVersion: string; kind: string }): Definition | undefined {
  const schemas: unknown = valueAt(document, "components", "schemas");
  if (schemas === null || typeof schemas !== "object") return undefined;
  const [group = "", version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const is = (schema: unknown): boolean =>
    listAt(schema, "x-kubernetes-group-version-kind").some(
      (one) => textAt(one, "group") === group && textAt(one, "version") === version && textAt(one, "kind") === kind,
    );
  const others = schemas as Readonly<Record<string, unknown>>;
  const root = Object.values(others).find(is);
  return root === undefined ? undefined : { root, others };
}

/** The Services that an object calls, wherever in it they are named: ingresses, routes, webhooks and API services say it in four ways. */
import type { ObjectRef } from "../records/fields.ts";
import { listAt, textAt } from "../records/read-object.ts";

/** Longest way from the top of an object to the name of a service that it calls. */
const MAX_DEPTH = 12;

/** Services that an object calls: whatever is called `service`, and what routes call `backendRefs` and `services`. */
export function servicesIn(value: unknown, namespace: string | undefined, depth = 0): readonly ObjectRef[] {
  if (value === null || typeof value !== "object" || depth > MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([key, inner]): readonly ObjectRef[] => {
    const entries = key === "service" ? [inner] : key === "backendRefs" || key === "services" ? listAt(value, key) : [];
    const refs = entries.flatMap((entry) => serviceRef(entry, namespace));
    return refs.length > 0 ? refs : key === "status" || key === "managedFields" ? [] : servicesIn(inner, namespace, depth + 1);
  });
}

function serviceRef(entry: unknown, namespace: string | undefined): readonly ObjectRef[] {
  const name = textAt(entry, "name");
  const place = textAt(entry, "namespace") ?? namespace;
  return name === undefined ? [] : [{ apiVersion: "v1", kind: "Service", name, ...(place !== undefined && { namespace: place }) }];
}

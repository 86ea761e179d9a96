/** Field schemas that several records share. */
import * as z from "zod";
import { ERROR_MAX_LENGTH, NAME_MAX_LENGTH } from "./limits.ts";

/** The version that this code writes; records of n-1 and n+1 are read too (design 5.5). */
export const SCHEMA_VERSION = 1;

/** A record's schema version: readable are ours and the one before and after it. */
export const schemaVersion = z
  .number()
  .int()
  .min(SCHEMA_VERSION - 1)
  .max(SCHEMA_VERSION + 1);

/** A record's name: a DNS subdomain, so that it can be a Kubernetes object's name. */
export const recordName = z
  .string()
  .max(NAME_MAX_LENGTH)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "must be a DNS subdomain name");

/** Milliseconds since the epoch. */
export const instant = z.number().int().nonnegative();

/** A full Git object id (sha-1 or sha-256). */
export const objectId = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, "must be a full Git object id");

/** A sha256 in hex. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/, "must be a sha256 in hex");

/** What went wrong, cut so that no status body or record grows by it. */
export const errorText = z.string().max(ERROR_MAX_LENGTH);

/** A Kubernetes object by kind, namespace and name; no namespace for cluster-scoped kinds. */
export const ObjectRefSchema = z.looseObject({
  apiVersion: z.string().max(128).optional(),
  kind: z.string().min(1).max(64),
  namespace: z.string().max(63).optional(),
  name: z.string().min(1).max(NAME_MAX_LENGTH),
});
export type ObjectRef = z.infer<typeof ObjectRefSchema>;

/** A repository of the forge: its numeric id (never reused by a new repository of the same name) and its full name. */
export const RepositoryRefSchema = z.looseObject({
  id: z.number().int().positive(),
  name: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, "must be owner/name"),
});
export type RepositoryRef = z.infer<typeof RepositoryRefSchema>;

/** The four tiers, from harmless to never (design 4). */
export const TierSchema = z.enum(["observe", "safe", "risky", "forbidden"]);
export type Tier = z.infer<typeof TierSchema>;

/** How much is done without a person: nothing but an issue, pull requests that wait, or what is safe, too (design 8.1). */
export const ModeSchema = z.enum(["observe", "propose", "act"]);

/** Writes an object reference as people say it: `Deployment web/shop`. */
export function formatObject(ref: ObjectRef): string {
  return ref.namespace === undefined ? `${ref.kind} ${ref.name}` : `${ref.kind} ${ref.namespace}/${ref.name}`;
}

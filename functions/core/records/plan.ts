/** The computed list of files, objects and fields that a change touches; create-only (design 5.5, 8.2). */
import * as z from "zod";
import { CheckSchema } from "./check.ts";
import { digest, errorText, ModeSchema, objectId, ObjectRefSchema, recordName, RepositoryRefSchema, schemaVersion, TierSchema } from "./fields.ts";
import { FILES_PER_CHANGE, LINES_PER_CHANGE } from "./limits.ts";

export const PlannedFileSchema = z.looseObject({
  path: z.string().min(1).max(512),
  operation: z.enum(["create", "update", "delete"]),
  /** The blob at the base commit: the forge refuses the commit when the file is another by now. */
  baseBlob: objectId.optional(),
  /** The text before and after; absent where the file is not there. Whole files, so that the inverse can be planned. */
  before: z.string().optional(),
  after: z.string().optional(),
  removed: z.array(z.string()).max(LINES_PER_CHANGE),
  added: z.array(z.string()).max(LINES_PER_CHANGE),
});
export type PlannedFile = z.infer<typeof PlannedFileSchema>;

/** One field of one object, before and after, as rendered; absent = not there. Values are canonical JSON. */
export const EffectSchema = z.looseObject({
  object: ObjectRefSchema,
  /** Path as people read it: `spec.template.spec.containers[shop].image`; empty for the whole object. */
  field: z.string().max(512),
  before: z.string().max(4096).optional(),
  after: z.string().max(4096).optional(),
});
export type Effect = z.infer<typeof EffectSchema>;

export const PlanSchema = z.looseObject({
  schema: schemaVersion,
  run: recordName,
  change: z.number().int().positive(),
  repository: RepositoryRefSchema,
  baseRef: z.string().max(256),
  baseCommit: objectId,
  baseTree: objectId,
  headTree: objectId,
  /** The commit that carries the head tree, where there is one already (planned again on a head that stands). */
  head: objectId.optional(),
  files: z.array(PlannedFileSchema).min(1).max(FILES_PER_CHANGE),
  effects: z.array(EffectSchema).max(200),
  /** The app that applies the path, if one does. */
  app: z.looseObject({ name: z.string().max(253), namespace: z.string().max(63) }).optional(),
  rendered: z.boolean(),
  tier: TierSchema,
  /** The policy's mode at the base commit; absent in plans of a version that knew none. */
  mode: ModeSchema.optional(),
  /** Why this tier: one sentence per rule that spoke. */
  reasons: z.array(errorText).max(50),
  /** What it was held against; absent in plans of a version that checked nothing. No part of the digest: the cluster moves on. */
  checks: z.array(CheckSchema).max(20).optional(),
  title: z.string().max(200),
  inverseOf: recordName.optional(),
  digest,
});
export type Plan = z.infer<typeof PlanSchema>;

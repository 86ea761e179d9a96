/** What triage saw, what belongs together, and the fixes that need no judgement (design 7.1). */
import * as z from "zod";
import { FieldPathSchema } from "./field-path.ts";
import { errorText, instant, objectId, ObjectRefSchema, RepositoryRefSchema } from "./fields.ts";

/** One thing seen, so that a person can look at the same place: object, field, value, since when. */
export const EvidenceSchema = z.looseObject({
  object: ObjectRefSchema,
  field: z.string().max(256),
  value: z.string().max(1024),
  since: instant.optional(),
});
export type Evidence = z.infer<typeof EvidenceSchema>;

export const FindingSchema = z.looseObject({
  object: ObjectRefSchema,
  /** Kebab-case and stable: `crash-loop`, `out-of-memory`; part of what tells two findings apart. */
  category: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  /** One sentence: what it means. */
  message: errorText,
  evidence: z.array(EvidenceSchema).max(20),
  since: instant.optional(),
  /** The object that it comes from where that is not its controller: a node, a claim, a quota. It stands in the same snapshot. */
  blames: ObjectRefSchema.optional(),
});
export type Finding = z.infer<typeof FindingSchema>;

/** The Argo CD Application that owns an object, and where in Git it comes from. */
export const OwnerAppSchema = z.looseObject({
  name: z.string().max(253),
  namespace: z.string().max(63),
  repository: RepositoryRefSchema.optional(),
  repoURL: z.string().max(1024),
  path: z.string().max(512),
  targetRevision: z.string().max(256),
});
export type OwnerApp = z.infer<typeof OwnerAppSchema>;

/** An object that is in trouble because of a cause, and how that shows. */
export const EffectSchema = z.looseObject({ object: ObjectRefSchema, says: z.string().max(256) });
export type Effect = z.infer<typeof EffectSchema>;

/** Something that changed before the trouble began, as the objects themselves say: a fact, no verdict. */
export const RecentChangeSchema = z.looseObject({ object: ObjectRefSchema, at: instant, what: z.string().max(400) });

export type RecentChange = z.infer<typeof RecentChangeSchema>;

/** The findings that belong together, the object that they come from, and the app that owns it. */
export const CauseSchema = z.looseObject({
  /** Hash of category and root object: the same trouble has the same id. */
  id: z.string().max(64),
  object: ObjectRefSchema,
  category: z.string().max(64),
  title: z.string().max(200),
  detail: errorText,
  findings: z.array(FindingSchema).max(50),
  /** What hangs on it: objects that are well again once the cause is mended. */
  effects: z.array(EffectSchema).max(100).optional(),
  /** What changed before it began, the latest first. */
  changes: z.array(RecentChangeSchema).max(20).optional(),
  app: OwnerAppSchema.optional(),
});
export type Cause = z.infer<typeof CauseSchema>;

/** The inverse of one commit, for the files of one app's path only. */
export const RevertRemedySchema = z.looseObject({
  kind: z.literal("revert-commit"),
  repository: RepositoryRefSchema,
  app: z.string().max(253),
  /** The path of the app: nothing outside it is touched. */
  path: z.string().max(512),
  commit: objectId,
  /** First line of the commit's message, and who wrote it: untrusted text. */
  subject: z.string().max(200),
  author: z.string().max(200),
  committedAt: instant,
  object: ObjectRefSchema,
  /** One sentence: why this commit. */
  because: errorText,
});
/** One field of one object: what stands there, and what is to stand there. `from` is absent where the key is to be added. */
export const FieldEditSchema = z.looseObject({
  object: ObjectRefSchema,
  field: FieldPathSchema,
  from: z.union([z.string().max(1024), z.number()]).optional(),
  to: z.union([z.string().max(1024), z.number()]),
});
export type FieldEdit = z.infer<typeof FieldEditSchema>;

/** Another value for one field, in the file of one app that decides it. */
export const EditFieldRemedySchema = z.looseObject({
  kind: z.literal("edit-field"),
  repository: RepositoryRefSchema,
  app: z.string().max(253),
  path: z.string().max(512),
  object: ObjectRefSchema,
  edit: FieldEditSchema,
  /** Where the field stood when this was found: for people; the plan looks again. */
  file: z.string().max(512),
  line: z.number().int().positive(),
  /** One sentence: why this value. */
  because: errorText,
});
export const RemedySchema = z.discriminatedUnion("kind", [RevertRemedySchema, EditFieldRemedySchema]);
export type EditFieldRemedy = z.infer<typeof EditFieldRemedySchema>;
export type RevertRemedy = z.infer<typeof RevertRemedySchema>;
export type Remedy = z.infer<typeof RemedySchema>;

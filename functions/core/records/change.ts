/** A change as its run knows it: where it is in its life, and what is needed to go on. Never read for authority (design 5.5). */
import * as z from "zod";
import { digest, errorText, instant, ModeSchema, objectId, ObjectRefSchema, recordName, RepositoryRefSchema, TierSchema } from "./fields.ts";
import { stepId } from "./pipeline.ts";

/** The life of a change (design 5.3). `planning` is the time before the first plan; `closed` is a person's closing, `shown` the end in the mode `observe`. */
export const ChangeStateSchema = z.enum([
  "planning",
  "planned",
  "proposed",
  "waiting",
  "approved",
  "head-moved",
  "conflicted",
  "merged",
  "applied",
  "verified",
  "not-proven",
  "taken-back",
  "rejected",
  "superseded",
  "healed",
  "expired",
  "closed",
  "shown",
  "failed",
]);
export type ChangeState = z.infer<typeof ChangeStateSchema>;

/** What the newest plan said; the Plan record is the truth. */
export const PlannedSchema = z.looseObject({
  plan: recordName,
  digest,
  tier: TierSchema,
  mode: ModeSchema.optional(),
  baseCommit: objectId,
  headTree: objectId,
  title: z.string().max(200),
  objects: z.array(ObjectRefSchema).max(20),
  /** Logins that the policy names for the touched files: whom a reminder calls, no authority. */
  approvers: z.array(z.string().max(256)).max(10).optional(),
});

/** How the looks at an applied change went so far (design 8.7). */
export const ProofSchema = z.looseObject({
  /** Looks in a row that saw the finding gone on the new revision, or while waiting: gone at all. */
  gone: z.number().int().nonnegative(),
  firstGoneAt: instant.optional(),
  /** Looks that could not see. */
  blind: z.number().int().nonnegative(),
  lastSeen: errorText.optional(),
});

export const ChangeSchema = z.looseObject({
  number: z.number().int().positive(),
  step: stepId,
  state: ChangeStateSchema,
  repository: RepositoryRefSchema,
  baseRef: z.string().max(256),
  branch: z.string().max(256),
  /** The ToolResult whose remedy this change is; none for a taking back. */
  remedy: recordName.optional(),
  /** Id of the cause that it is about; enough to see whether the trouble is gone, where the ToolResult is lost. */
  cause: z.string().max(64).optional(),
  /** The number of the change that this one takes back. */
  inverseOf: z.number().int().positive().optional(),
  planned: PlannedSchema.optional(),
  pullRequest: z.number().int().positive().optional(),
  /** The head that we last saw or made. */
  head: objectId.optional(),
  /** The statement that counts: an Approval record. */
  approval: recordName.optional(),
  proposedAt: instant.optional(),
  mergeCommit: objectId.optional(),
  mergedAt: instant.optional(),
  mergedBy: z.string().max(256).optional(),
  appliedAt: instant.optional(),
  proof: ProofSchema,
  /** When a wait ends: expiry before the merge, the proof's own deadline after it. */
  deadline: instant,
  /** When people are reminded next that this waits for them; absent when no reminder is left. */
  remindAt: instant.optional(),
  reminders: z.number().int().nonnegative().default(0),
  /** Times that the plan was made again because the forge had moved on before it was proposed. */
  replans: z.number().int().nonnegative().default(0),
  /** A person said `/approve keep`: no taking back without a new yes. */
  keep: z.boolean().default(false),
  /** The number of the change that takes this one back. */
  takenBackBy: z.number().int().positive().optional(),
  /** Why it ended as it did, in words for people. */
  reason: errorText.optional(),
});
export type Change = z.infer<typeof ChangeSchema>;

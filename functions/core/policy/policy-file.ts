/** `.anchorwatch/policy.yaml`: what the user allows, within the floor that no file can lower (design 8.1, 8.2). */
import * as z from "zod";
import { ModeSchema } from "../records/fields.ts";
import { FILES_PER_CHANGE, LINES_PER_CHANGE } from "../records/limits.ts";
import { type CheckedFile, readChecked } from "../records/checked-yaml.ts";

/** A person: the numeric id, which nobody can take over, or the login. */
const person = z.union([z.number().int().positive(), z.string().min(1).max(256)]);

const ApproverSchema = z.strictObject({
  /** Globs of `*` and `**`; the last rule that matches a path speaks for it. */
  paths: z.array(z.string().min(1).max(512)).min(1).max(50).optional(),
  users: z.array(person).min(1).max(50).optional(),
  /** `organisation/team`. */
  teams: z
    .array(z.string().regex(/^[\w.-]+\/[\w.-]+$/, "must be organisation/team"))
    .min(1)
    .max(50)
    .optional(),
  required: z.union([z.literal(1), z.literal(2)]).default(1),
});

const LimitsSchema = z.strictObject({
  files: z.number().int().min(1).max(FILES_PER_CHANGE).default(FILES_PER_CHANGE),
  lines: z.number().int().min(1).max(LINES_PER_CHANGE).default(LINES_PER_CHANGE),
  /** Scaling stays safe from 1 up to this many replicas. */
  replicas: z.number().int().min(1).max(100).default(5),
});

const movable = z.enum(["safe", "risky"]).optional();
/** Kinds of change that a policy may move between safe and risky; everything else is decided by the floor. */
const TiersSchema = z.strictObject({ scale: movable, image: movable, resources: movable, configuration: movable });

export const PolicySchema = z.strictObject({
  mode: ModeSchema.default("propose"),
  /** Globs of what we may change at all. */
  paths: z.array(z.string().min(1).max(512)).min(1).max(50).default(["**"]),
  approvers: z.array(ApproverSchema).max(50).default([]),
  /** Whether the person who started a run may approve its change; a lone approver always may. */
  allowSelf: z.boolean().default(false),
  /** Accounts of other bots: what they say never counts. */
  bots: z.array(person).max(50).default([]),
  tiers: TiersSchema.prefault({}),
  limits: LimitsSchema.prefault({}),
});
export type Policy = z.infer<typeof PolicySchema>;
export type MovableRule = keyof Policy["tiers"];

/** What holds where there is no file: pull requests, everything a person's yes. */
export const DEFAULT_POLICY: Policy = PolicySchema.parse({});

/** Reads a policy file; an unknown key is a problem, because a rule with a typo would silently not hold. */
export function parsePolicy(text: string, path: string): CheckedFile<Policy> {
  return readChecked(text, { path, what: "the policy", schema: PolicySchema });
}

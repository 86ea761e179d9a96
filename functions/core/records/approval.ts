/** A person's statement about a change, written once from the signed delivery or the review that carried it (design 5.5, 8.6). */
import * as z from "zod";
import { instant, objectId, recordName, type RepositoryRef, RepositoryRefSchema, schemaVersion } from "./fields.ts";

/** `command` is one that a workflow file brings; its argument begins with the command's name. */
export const VerbSchema = z.enum(["approve", "reject", "stop", "explain", "help", "retry", "ignore", "pause", "resume", "command", "unknown"]);
export type Verb = z.infer<typeof VerbSchema>;

/** What moves the kill switch is heard while it stands on, or nobody could turn it off where they turned it on (design 5.7). */
export function movesTheSwitch(verb: Verb): boolean {
  return verb === "pause" || verb === "resume";
}

/** A user of the forge: the numeric id decides, the login is for display (safety T9). */
export const UserRefSchema = z.looseObject({
  id: z.number().int().positive(),
  login: z.string().max(256),
  /** What the forge calls this kind of account, where it says so: `bot`. */
  type: z.string().max(32).optional(),
});
export type UserRef = z.infer<typeof UserRefSchema>;

export const ApprovalSchema = z.looseObject({
  schema: schemaVersion,
  run: recordName,
  repository: RepositoryRefSchema,
  /** The pull request's or issue's number. */
  number: z.number().int().positive(),
  isPull: z.boolean(),
  /** `comment` and `review` ids count apart. */
  source: z.enum(["comment", "review"]),
  sourceId: z.number().int().positive(),
  /** From the signed delivery: who wrote it. */
  author: UserRefSchema,
  verb: VerbSchema,
  /** What stands after the verb on the first line: a commit for `/approve <sha>`, `keep`, or words. */
  argument: z.string().max(512),
  /** The head of the pull request in the signed delivery, or the review's commit. */
  head: objectId.optional(),
  baseRef: z.string().max(256).optional(),
  /** By the forge's clock. */
  saidAt: instant,
  /** When it was recorded, by ours. */
  recordedAt: instant,
});
export type Approval = z.infer<typeof ApprovalSchema>;

/** A statement's record by where it stands: comment and review ids count apart. */
export function approvalName(repository: RepositoryRef, source: Approval["source"], id: number): string {
  return `approval-${repository.id}-${source}-${id}`;
}

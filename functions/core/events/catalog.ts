/** Every event: its type, the schema of its data, and its one consumer. The Triggers are checked against this list. */
import * as z from "zod";
import { ActionToolSchema } from "../records/action.ts";
import { IgnoreRuleSchema } from "../records/ignore.ts";
import { eventId } from "../records/outbox.ts";
import { objectId, recordName, RepositoryRefSchema } from "../records/fields.ts";
import { stepId } from "../records/pipeline.ts";

const changeNumber = z.number().int().positive();

/** A kind of event as a value: what a function consumes and the engine owes. */
export interface EventDefinition<Data = unknown> {
  readonly type: string;
  readonly consumer: string;
  readonly schema: z.ZodType<Data>;
}

function defineEvent<Data>(type: string, consumer: string, schema: z.ZodType<Data>): EventDefinition<Data> {
  return { type: `dev.anchorwatch.${type}`, consumer, schema };
}

/** A deadline, a retry or a finished child may be due. */
export const RunWoken = defineEvent("run.woken", "run-advance", z.looseObject({}));

/** A batch of read-only tools of one step. */
export const ToolRequested = defineEvent(
  "tool.requested",
  "tool-call",
  z.looseObject({ step: stepId, tool: z.string().max(63), with: z.record(z.string(), z.unknown()) }),
);
export type ToolRequest = z.infer<typeof ToolRequested.schema>;

/** One bounded action of one step, done directly in the cluster. */
export const ActionRequested = defineEvent(
  "action.requested",
  "safe-action",
  z.looseObject({ step: stepId, tool: ActionToolSchema, with: z.record(z.string(), z.unknown()) }),
);
export type ActionRequest = z.infer<typeof ActionRequested.schema>;

/** Edits to a tree: from a remedy, from the plan that is to be taken back, or planned again on a head that stands. */
export const PlanRequested = defineEvent(
  "plan.requested",
  "change-plan",
  z.discriminatedUnion("from", [
    z.looseObject({ from: z.literal("remedy"), change: changeNumber, result: recordName }),
    z.looseObject({ from: z.literal("inverse"), change: changeNumber, plan: recordName }),
    z.looseObject({ from: z.literal("head"), change: changeNumber, base: objectId.optional(), head: objectId }),
    z.looseObject({ from: z.literal("ignore"), change: changeNumber, rule: IgnoreRuleSchema }),
  ]),
);
export type PlanRequest = z.infer<typeof PlanRequested.schema>;

/** Opens the pull request of a plan, or closes it and deletes the branch. */
export const ProposalRequested = defineEvent(
  "proposal.requested",
  "change-propose",
  z.discriminatedUnion("mode", [
    z.looseObject({ mode: z.literal("open"), change: changeNumber, plan: recordName }),
    z.looseObject({ mode: z.literal("close"), change: changeNumber, why: z.enum(["healed", "expired", "superseded", "rejected", "stopped", "failed"]) }),
  ]),
);
export type ProposalRequest = z.infer<typeof ProposalRequested.schema>;

/** A look at a pull request, a look at all of ours, or the merge itself. */
export const MergeRequested = defineEvent(
  "merge.requested",
  "change-merge",
  z.discriminatedUnion("mode", [
    z.looseObject({ mode: z.literal("look"), change: changeNumber }),
    z.looseObject({ mode: z.literal("look-all"), repository: RepositoryRefSchema }),
    z.looseObject({ mode: z.literal("merge"), change: changeNumber }),
  ]),
);
export type MergeRequest = z.infer<typeof MergeRequested.schema>;

/** One look at Argo CD, the finding, the alert; or at everything that ended runs are still looked after for. */
export const VerificationRequested = defineEvent(
  "verification.requested",
  "change-verify",
  z.union([z.object({ change: changeNumber }), z.object({ look: z.literal("all") })]),
);
export type VerificationRequest = z.infer<typeof VerificationRequested.schema>;

/** What `notify` can be asked to say; the words are made in `text/` when it is said. */
export const SaySchema = z.enum([
  "opened",
  "approved",
  "waiting",
  "refused",
  "ask-again",
  "head-moved",
  "conflicted",
  "merged",
  "verified",
  "not-proven",
  "taking-back",
  "taken-back",
  "healed",
  "expired",
  "superseded",
  "rejected",
  "closed",
  "stopped",
  "failed",
  "no-fix",
  "watching",
  "recovered",
  "lost-comment",
  "plan-shown",
  "help",
  "explained",
  "reminded",
  "called",
  "forge-down",
  "over",
  "evidence",
  "not-again",
  "shown",
  "merging-myself",
  "acted",
  "advised",
  "attempting-anew",
  "ignoring",
  "ignored",
  "paused",
  "resumed",
  "finished",
  "report",
]);
export type Say = z.infer<typeof SaySchema>;

/** One thing to say on the thread and, where `chat` is set, to people's channels; and a reaction to a comment. */
export const NotificationRequested = defineEvent(
  "notification.requested",
  "notify",
  z.looseObject({
    say: SaySchema.optional(),
    change: changeNumber.optional(),
    /** The pull request or issue where it is to be said, if that is not the run's thread. */
    on: z.number().int().positive().optional(),
    /** The repository of `on` and of the comment to react to; absent = that of the change, or of the run's thread. */
    repository: RepositoryRefSchema.optional(),
    /** Words made by code for this one notice: a refusal's reason, what is missing. */
    words: z.string().max(2048).optional(),
    /** The plan that is to be shown. */
    plan: recordName.optional(),
    chat: z.boolean(),
    urgent: z.boolean(),
    /** Reaction to a person's comment. */
    react: z.looseObject({ comment: z.number().int().positive(), reaction: z.enum(["+1", "-1", "eyes", "rocket", "confused"]) }).optional(),
  }),
);
export type NotificationRequest = z.infer<typeof NotificationRequested.schema>;

/** A statement is to be judged: one that is recorded, or a review that is to be fetched first. */
export const JudgementRequested = defineEvent(
  "judgement.requested",
  "approval-comment",
  z.discriminatedUnion("of", [
    z.looseObject({ of: z.literal("statement"), approval: recordName }),
    z.looseObject({ of: z.literal("review"), change: changeNumber, review: z.number().int().positive() }),
  ]),
);
export type JudgementRequest = z.infer<typeof JudgementRequested.schema>;

/** The workflow files of a repository's default branch are to be loaded. */
export const CatalogRequested = defineEvent("catalog.requested", "gitea-push", z.looseObject({ repository: RepositoryRefSchema }));
export type CatalogRequest = z.infer<typeof CatalogRequested.schema>;

/** Every event that a run can owe. */
export const EVENTS: readonly EventDefinition[] = [
  RunWoken,
  ToolRequested,
  ActionRequested,
  PlanRequested,
  ProposalRequested,
  MergeRequested,
  VerificationRequested,
  NotificationRequested,
  JudgementRequested,
  CatalogRequested,
];

/** The one event without a run: Knative's ping, which `cron-tick` takes. */
export const PING_TYPE = "dev.knative.sources.ping";

/** The string extensions that every event of ours carries, beside `id`. */
export const EventExtensionsSchema = z.looseObject({ runid: recordName, causeid: z.string().max(64).optional(), traceparent: z.string().max(64).optional() });

/** What is read of a delivery: nothing but this; type and data come from the run's outbox. */
export const DeliverySchema = z.looseObject({ id: eventId, runid: recordName });

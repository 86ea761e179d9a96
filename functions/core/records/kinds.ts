/** Every kind of record: its schema, its size, whether it may be replaced, and the indexes that `list` can ask for (engine.md 3). */
import type * as z from "zod";
import { type Action, ActionSchema } from "./action.ts";
import { type Approval, ApprovalSchema } from "./approval.ts";
import { formatObject } from "./fields.ts";
import { RECORD_MAX_BYTES, RUN_MAX_BYTES } from "./limits.ts";
import { type Lock, LockSchema } from "./lock.ts";
import { type Pipeline, PipelineSchema } from "./pipeline.ts";
import { type Plan, PlanSchema } from "./plan.ts";
import { type Run, RunSchema } from "./run.ts";
import { type ToolResult, ToolResultSchema } from "./tool-result.ts";

/** The record type of each kind. */
export interface Records {
  Run: Run;
  ToolResult: ToolResult;
  Plan: Plan;
  Approval: Approval;
  Action: Action;
  Pipeline: Pipeline;
  Lock: Lock;
}
export type Kind = keyof Records;

export interface KindDefinition<K extends Kind> {
  readonly schema: z.ZodType<Records[K]>;
  readonly maxBytes: number;
  /** Create-only kinds refuse `replace`. */
  readonly createOnly: boolean;
  /** Index names with their values for a record; absent = the record is not in that index. */
  readonly indexes: (record: Records[K]) => Readonly<Record<string, string>>;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A run is open until it has ended AND owes nothing. */
export function isOpen(run: Run): boolean {
  return run.phase === "running" || run.phase === "ending" || run.outbox.length > 0;
}

/** The index value of a thread: by repository id, because names can be reused. */
export function threadIndex(repositoryId: number, number: number): string {
  return `${repositoryId}#${number}`;
}

function runIndexes(run: Run): Record<string, string> {
  return {
    open: isOpen(run) ? "yes" : "no",
    ...(run.thread && { thread: threadIndex(run.thread.repository.id, run.thread.number) }),
    ...(run.watch && { watch: "yes" }),
    ...(run.endedAt !== undefined && { endedDay: String(Math.floor(run.endedAt / DAY_MS)) }),
  };
}

/** The registry: adapters and the contract suite read it, so that they cannot differ. */
export const KINDS: { readonly [K in Kind]: KindDefinition<K> } = {
  Run: { schema: RunSchema, maxBytes: RUN_MAX_BYTES, createOnly: false, indexes: runIndexes },
  ToolResult: { schema: ToolResultSchema, maxBytes: RECORD_MAX_BYTES, createOnly: true, indexes: (record) => ({ run: record.run }) },
  Plan: { schema: PlanSchema, maxBytes: RECORD_MAX_BYTES, createOnly: true, indexes: (record) => ({ run: record.run }) },
  Approval: { schema: ApprovalSchema, maxBytes: RECORD_MAX_BYTES, createOnly: true, indexes: (record) => ({ run: record.run }) },
  Action: {
    schema: ActionSchema,
    maxBytes: RECORD_MAX_BYTES,
    createOnly: true,
    indexes: (record) => ({ run: record.run, object: formatObject(record.subject), hour: String(record.hour) }),
  },
  Pipeline: { schema: PipelineSchema, maxBytes: RECORD_MAX_BYTES, createOnly: false, indexes: () => ({}) },
  Lock: { schema: LockSchema, maxBytes: RECORD_MAX_BYTES, createOnly: false, indexes: (record) => ({ run: record.run }) },
};

/** The events that a run still owes (engine.md 1): nothing else gives an event its type or data. */
import * as z from "zod";
import { instant } from "./fields.ts";

export const eventId = z.string().regex(/^[0-9a-f]{32}$/, "must be an event id");

/** A function's hold on one owed event, for its limit and a little more. */
export const ClaimSchema = z.looseObject({
  until: instant,
  /** The process that holds it; where everything is one process, start-up voids the claims of all others. */
  holder: z.string().max(64),
});
export type Claim = z.infer<typeof ClaimSchema>;

export const OutboxEntrySchema = z.looseObject({
  id: eventId,
  type: z.string().max(128),
  subject: z.string().max(256).optional(),
  data: z.record(z.string(), z.unknown()),
  /** Due from this moment on. */
  at: instant,
  /** Claims that ended without a result: a crash, no memory, over the limit. */
  attempt: z.number().int().nonnegative(),
  /** Results that asked to be tried again. */
  tries: z.number().int().nonnegative(),
  /** A webhook came while the look was claimed: the next look is due at once. */
  again: z.boolean().optional(),
  /** Handled while the kill switch stands on: what moves the switch, and the answer to it. */
  whilePaused: z.boolean().optional(),
  /** Where in the trace it was caused, W3C `traceparent`. */
  traceparent: z.string().max(64).optional(),
  /** The id of the event or delivery that caused it. */
  causeId: z.string().max(64).optional(),
  claim: ClaimSchema.optional(),
});
export type OutboxEntry = z.infer<typeof OutboxEntrySchema>;

/** A report on the health of the whole cluster: what is wrong, what is new, what will break soon, what is ignored. */
import * as z from "zod";
import { errorText, instant, ObjectRefSchema } from "./fields.ts";

/** One cause, as far as a report tells it. */
export const HealthCauseSchema = z.looseObject({
  id: z.string().max(64),
  object: ObjectRefSchema,
  category: z.string().max(64),
  title: z.string().max(200),
  detail: errorText,
  since: instant.optional(),
  app: z.string().max(253).optional(),
  /** Other objects that are in trouble because of it. */
  affected: z.number().int().nonnegative(),
  /** It was not in the report before; without one nothing is new. */
  isNew: z.boolean(),
});
export type HealthCause = z.infer<typeof HealthCauseSchema>;

/** Something that works today, and will not for much longer. */
export const SoonSchema = z.looseObject({
  /** What tells it from the others, from one report to the next. */
  id: z.string().max(400),
  words: errorText,
  /** When it breaks, where that can be told. */
  at: instant.optional(),
  isNew: z.boolean(),
});
export type Soon = z.infer<typeof SoonSchema>;

/** A rule of `ignore.yaml` that is in force, and how many causes it keeps quiet now. */
export const IgnoredSchema = z.looseObject({
  match: z.string().max(512),
  reason: z.string().max(512),
  until: z.string().max(40),
  causes: z.number().int().nonnegative(),
});

export const HealthSchema = z.looseObject({
  at: instant,
  /** Objects that were looked at. */
  objects: z.number().int().nonnegative(),
  causes: z.array(HealthCauseSchema).max(50),
  /** Causes for which there was no room: counted, not told. */
  more: z.number().int().nonnegative(),
  /** What the report before told, and is not there any more. */
  gone: z.array(z.string().max(200)).max(50),
  /** When the report before was made; absent where none is kept. */
  comparedWith: instant.optional(),
  soon: z.array(SoonSchema).max(50),
  /** What could not be told, and why. */
  notMeasured: z.array(errorText).max(20),
  ignored: z.array(IgnoredSchema).max(200),
});
export type Health = z.infer<typeof HealthSchema>;

/** One value of a metric, with its labels. */
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What metrics say, by what was asked; a text says why it is not known. */
export type Measured = Readonly<Record<"volumes" | "volumesFill" | "disks" | "disksFill" | "memory" | "certificates", readonly MetricSample[] | string>>;

/** `.anchorwatch/ignore.yaml`: what people have decided not to hear of, why, and until when (design 6.2). */
import * as z from "zod";
import { type CheckedFile, readChecked } from "./checked-yaml.ts";
import { matchesGlob } from "./path-glob.ts";

/** Where it lives in the user's repository. */
export const IGNORE_PATH = ".anchorwatch/ignore.yaml";

/** A day, or a moment with its offset; a day lasts until its end in UTC. */
const until = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/, "must be a day like 2027-01-31, or a moment like 2027-01-31T18:00:00Z")
  .refine((text) => !Number.isNaN(endOf(text)), "is no day of the calendar");

export const IgnoreRuleSchema = z.strictObject({
  /** Labels of an alert, or `kind`, `namespace`, `name` and `category` of a finding, all of which have to match; `*` stands for anything. */
  match: z.record(z.string().min(1).max(128), z.string().min(1).max(256)).refine((match) => Object.keys(match).length > 0, "needs at least one label"),
  reason: z.string().min(1).max(512),
  until,
});
export type IgnoreRule = z.infer<typeof IgnoreRuleSchema>;

export const IgnoreRulesSchema = z.array(IgnoreRuleSchema).max(200);

const FileSchema = z.strictObject({ ignore: IgnoreRulesSchema.default([]) });

/** Reads the file; every problem has its place. */
export function parseIgnore(text: string): CheckedFile<readonly IgnoreRule[]> {
  const checked = readChecked(text, { path: IGNORE_PATH, what: "the ignore file", schema: FileSchema });
  return checked.ok ? { ok: true, value: checked.value.ignore } : checked;
}

/** The rule that speaks for these labels now; one that is past its time speaks for nothing. */
export function ignoredBy(rules: readonly IgnoreRule[], labels: Readonly<Record<string, string>>, now: number): IgnoreRule | undefined {
  const isMatch = ({ match }: IgnoreRule): boolean =>
    Object.entries(match).every(([name, wanted]) => {
      const value = labels[name];
      return value !== undefined && matchesGlob(value, wanted.replaceAll(/\*+/g, "**"));
    });
  return rules.find((rule) => isInForce(rule, now) && isMatch(rule));
}

/** Tells whether a rule still counts; one that is past its time does not. */
export function isInForce({ until: end }: IgnoreRule, now: number): boolean {
  return endOf(end) > now;
}

function endOf(text: string): number {
  return text.includes("T") ? Date.parse(text) : Date.parse(`${text}T23:59:59.999Z`);
}

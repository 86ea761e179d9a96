/** What people have decided not to hear of, by what a cause is about: its object and its category, as a whole. */
import type { Cause } from "../records/finding.ts";
import { ignoredBy, type IgnoreRule } from "../records/ignore.ts";

/** The rule that speaks for a cause now; undefined where none does. */
export function ruleFor({ object, category }: Cause, rules: readonly IgnoreRule[], now: number): IgnoreRule | undefined {
  const { kind, namespace, name } = object;
  const labels = { kind, name, category, [kind.toLowerCase()]: name, ...(namespace !== undefined && { namespace }) };
  return ignoredBy(rules, labels, now);
}

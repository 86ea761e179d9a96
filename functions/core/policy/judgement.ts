/** What one rule says about one file or effect; the highest tier of all judgements is the change's. */
import type { Tier } from "../records/fields.ts";
import type { MovableRule } from "./policy-file.ts";

export interface Judgement {
  readonly tier: Tier;
  /** One sentence that names object and field, or the file. */
  readonly reason: string;
  /** The rule that a policy file may move between safe and risky; without it the floor alone decides. */
  readonly rule?: MovableRule;
}

/** A judgement that no file can lower: a person merges by hand, or not at all. */
export function forbid(reason: string): Judgement {
  return { tier: "forbidden", reason };
}

/** A judgement that needs a person's yes. */
export function risky(reason: string, rule?: MovableRule): Judgement {
  return { tier: "risky", reason, ...(rule && { rule }) };
}

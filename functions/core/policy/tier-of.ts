/** The tier of a change: the highest that any rule gives, computed from the plan and never from what anybody says (design 8.2). */
import { type Tier, TierSchema } from "../records/fields.ts";
import { ERROR_MAX_LENGTH } from "../records/limits.ts";
import { matchesGlob } from "../records/path-glob.ts";
import type { Effect, PlannedFile } from "../records/plan.ts";
import { judgeFile, judgeQuietFiles } from "./floor-files.ts";
import { judgeEffect } from "./floor-objects.ts";
import { forbid, type Judgement } from "./judgement.ts";
import type { Policy } from "./policy-file.ts";

/** Sentences that a plan keeps. */
const MAX_REASONS = 50;

export interface Judged {
  readonly files: readonly PlannedFile[];
  readonly effects: readonly Effect[];
  /** False where the files could not be rendered, so that the effects are not known. */
  readonly rendered: boolean;
}

/** Computes tier and reasons, the gravest first; what no rule knows is forbidden to `/approve`. */
export function tierOf(change: Judged, policy: Policy): { readonly tier: Tier; readonly reasons: readonly string[] } {
  const judgements = [
    ...judgeSize(change, policy),
    ...judgePaths(change, policy),
    ...change.files.flatMap((file) => judgeFile(file, change.rendered)),
    ...judgeEffects(change, policy),
  ].map((judgement) => move(judgement, policy));
  const graveFirst = [...judgements].sort((a, b) => rank(b.tier) - rank(a.tier));
  const reasons = [...new Set(graveFirst.map((judgement) => cut(judgement.reason)))];
  const shown = reasons.length > MAX_REASONS ? [...reasons.slice(0, MAX_REASONS - 1), `and ${reasons.length - MAX_REASONS + 1} more`] : reasons;
  return { tier: graveFirst[0]?.tier ?? "forbidden", reasons: shown };
}

function judgeEffects({ files, effects, rendered }: Judged, policy: Policy): readonly Judgement[] {
  if (!rendered) return [forbid("the files could not be rendered, so what changes in the cluster is not known: a person merges by hand")];
  if (effects.length === 0) return [judgeQuietFiles(files)];
  return effects.flatMap((effect) => judgeEffect(effect, { files, replicas: policy.limits.replicas }));
}

function judgeSize({ files }: Judged, { limits }: Policy): readonly Judgement[] {
  const lines = files.reduce((sum, file) => sum + file.removed.length + file.added.length, 0);
  return [
    ...(files.length > limits.files ? [forbid(`${files.length} files change, and the policy allows ${limits.files}`)] : []),
    ...(lines > limits.lines ? [forbid(`${lines} lines change, and the policy allows ${limits.lines}`)] : []),
  ];
}

function judgePaths({ files }: Judged, { paths }: Policy): readonly Judgement[] {
  const outside = files.filter((file) => !paths.some((glob) => matchesGlob(file.path, glob)));
  return outside.map((file) => forbid(`${file.path} is outside the paths that the policy allows`));
}

/** A policy moves what has a rule's name between safe and risky; the floor's own judgements have none. */
function move(judgement: Judgement, policy: Policy): Judgement {
  const moved = judgement.rule && policy.tiers[judgement.rule];
  return moved === undefined ? judgement : { ...judgement, tier: moved, reason: `${judgement.reason} (${moved} by the policy)` };
}

function rank(tier: Tier): number {
  return TierSchema.options.indexOf(tier);
}

function cut(text: string): string {
  return text.length <= ERROR_MAX_LENGTH ? text : `${text.slice(0, ERROR_MAX_LENGTH - 1)}…`;
}

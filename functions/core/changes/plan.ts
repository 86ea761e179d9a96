/** The plan of a change: made once from its parts, bound by its digest, compared with its inverse (engine.md 6). */
import { canonicalJson, jsonBytes } from "../records/canonical.ts";
import { formatObject } from "../records/fields.ts";
import { sha256 } from "../records/ids.ts";
import { RECORD_MAX_BYTES } from "../records/limits.ts";
import { type Plan, PlanSchema } from "../records/plan.ts";

/** Everything that a plan holds but what is computed of it. */
export type PlanParts = Pick<
  Plan,
  | "run"
  | "change"
  | "repository"
  | "baseRef"
  | "baseCommit"
  | "baseTree"
  | "headTree"
  | "head"
  | "files"
  | "effects"
  | "app"
  | "rendered"
  | "tier"
  | "mode"
  | "reasons"
  | "inverseOf"
>;

/** What makes a plan the inverse of another, beside its digest. */
type Touched = Pick<Plan, "repository" | "baseRef" | "files" | "effects">;

const MAX_EFFECTS = 200;
const MAX_TITLE = 200;

/** What a plan is called by, where its objects do not say it. */
interface Naming {
  /** The commit that the change takes back. */
  readonly undoes?: string | undefined;
  readonly title?: string | undefined;
}

/** Makes the record, or says why a change is too large to be planned. */
export function buildPlan(parts: PlanParts, { undoes, title }: Naming = {}): { readonly plan: Plan } | { readonly refusal: string } {
  if (parts.effects.length > MAX_EFFECTS) return { refusal: `the change touches ${parts.effects.length} fields, more than ${MAX_EFFECTS}` };
  const plan: Plan = { schema: 1, ...parts, title: title === undefined ? planTitle(parts, undoes) : harmless(title), digest: planDigest(parts) };
  const size = jsonBytes(plan);
  if (size > RECORD_MAX_BYTES) return { refusal: `the plan has ${size} bytes, more than the ${RECORD_MAX_BYTES} that one may have` };
  return { plan: PlanSchema.parse(plan) };
}

/** What an approval binds: no commit, tree, position or time, so that planning again on a newer base can come to the same. */
export function planDigest(plan: Pick<Plan, "repository" | "baseRef" | "files" | "effects" | "tier">): string {
  const files = plan.files.map(({ path, operation, removed, added }) => ({ path, operation, removed, added })).sort((a, b) => (a.path < b.path ? -1 : 1));
  const effects = plan.effects
    .map(({ object, field, before, after }) => ({ object, field, before, after }))
    .sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  return sha256(canonicalJson({ repository: plan.repository.id, baseRef: plan.baseRef, files, effects, tier: plan.tier }));
}

/** Tells whether `b` undoes exactly what `a` does: the same paths, lines and fields, with before and after swapped. */
export function isInverse(a: Touched, b: Touched): boolean {
  if (a.repository.id !== b.repository.id || a.baseRef !== b.baseRef) return false;
  const swapped = { create: "delete", delete: "create", update: "update" } as const;
  const inverseFiles = a.files.map((file) => ({ path: file.path, operation: swapped[file.operation], lines: netLines(file.added, file.removed) }));
  const files = b.files.map((file) => ({ path: file.path, operation: file.operation, lines: netLines(file.removed, file.added) }));
  const inverseEffects = a.effects.map(({ object, field, before, after }) => ({ object, field, before: after, after: before }));
  const effects = b.effects.map(({ object, field, before, after }) => ({ object, field, before, after }));
  return isSameSet(inverseFiles, files) && isSameSet(inverseEffects, effects);
}

/** How often each line is there more (or less) afterwards: the same whichever way a comparison paired the lines. */
function netLines(removed: readonly string[], added: readonly string[]): Readonly<Record<string, number>> {
  const net = new Map<string, number>();
  for (const line of removed) net.set(line, (net.get(line) ?? 0) - 1);
  for (const line of added) net.set(line, (net.get(line) ?? 0) + 1);
  return Object.fromEntries([...net].filter(([, count]) => count !== 0));
}

function isSameSet(a: readonly unknown[], b: readonly unknown[]): boolean {
  return canonicalJson(a.map(canonicalJson).sort()) === canonicalJson(b.map(canonicalJson).sort());
}

/** A title by code alone, from the objects; anybody's words have no place in it. */
function planTitle({ effects, files, app, inverseOf }: PlanParts, undoes: string | undefined): string {
  const objects = [...new Set(effects.map((effect) => formatObject(effect.object)))];
  const [first] = effects;
  const deed = undoes === undefined ? "change" : `take back ${undoes.slice(0, 10)} for`;
  const verb = inverseOf === undefined ? deed : "take back the change of";
  const field = effects.length === 1 && first && first.field !== "" ? ` ${first.field}` : "";
  const what = objects.length === 0 ? (files[0]?.path ?? "") : `${objects[0] ?? ""}${field}`;
  const more = objects.length > 1 ? ` and ${objects.length - 1} more` : "";
  return harmless(`${app ? `${app.name}: ` : ""}${verb} ${what}${more}`);
}

function harmless(text: string): string {
  const clean = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "");
  return clean.length <= MAX_TITLE ? clean : `${clean.slice(0, MAX_TITLE - 1)}…`;
}

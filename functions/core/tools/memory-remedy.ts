/** Gathers what raising a memory limit is decided by: the node's room, and how often Git shows that it was raised already. */
import { locate } from "../changes/locate.ts";
import type { FieldPath } from "../records/field-path.ts";
import { valueAtPath } from "../records/field-path.ts";
import type { Cause } from "../records/finding.ts";
import { parseQuantity } from "../records/quantity.ts";
import { type Raise, RAISES_DAYS, killedForMemory, raiseMemory } from "../triage/remedies/raise-memory.ts";
import type { Remedied } from "../triage/remedies/remedied.ts";
import { containerField } from "../triage/remedies/troubled.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import { appFiles, type AppSource, branchHead, declaredIn } from "./app-source.ts";
import { editRemedy } from "./edit-remedy.ts";
import type { ToolPorts } from "./tool.ts";

/** Commits of the file that are read back. */
const MAX_COMMITS = 20;
const DAY_MS = 24 * 60 * 60_000;

/** @throws Unavailable, Refused */
export async function memoryRemedy(cause: Cause, snapshot: Snapshot, { git, source }: { git: ToolPorts["git"]; source: AppSource }): Promise<Remedied> {
  const killed = killedForMemory(snapshot, cause);
  const field = "refusal" in killed ? undefined : containerField(cause.object.kind, killed.container, ["resources", "limits", "memory"]);
  const raises = field === undefined ? [] : await raisesOf(cause, field, { git, source, now: snapshot.now });
  return await editRemedy(git, source, raiseMemory({ cause, snapshot, raises }));
}

interface Looked {
  readonly git: ToolPorts["git"];
  readonly source: AppSource;
  readonly now: number;
}

/** Commits that raised the limit lately, newest first; a rename of the file ends the history. */
async function raisesOf({ object }: Cause, field: FieldPath, { git, source, now }: Looked): Promise<readonly Raise[]> {
  const head = await branchHead(git, source);
  if ("refusal" in head) return [];
  const located = locate({ path: source.app.path, files: await appFiles(git, source, head.commit) }, object, field);
  if (located.kind !== "found") return [];
  const path = located.location.file;
  const log = await git.log(source.repository, { to: head.commit, path, limit: MAX_COMMITS });
  const limits: { readonly commit: string; readonly at: number; readonly limit: unknown }[] = [];
  for (const { id, at } of log) {
    const text = (await git.read(source.repository, id, path)) ?? "";
    limits.push({ commit: id, at, limit: valueAtPath(declaredIn([{ path, text }], object), field) });
  }
  return limits.flatMap(({ commit, at, limit }, index): Raise[] => {
    const before = limits[index + 1]?.limit;
    const isRaise = (parseQuantity(before) ?? Infinity) < (parseQuantity(limit) ?? 0) && now - at < RAISES_DAYS * DAY_MS;
    return isRaise ? [{ commit, from: String(before), to: String(limit) }] : [];
  });
}

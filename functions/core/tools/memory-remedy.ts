/** Gathers what raising a memory limit is decided by: the node's room, and how often Git shows that it was raised already. */
import { locate } from "../changes/locate.ts";
import type { FieldPath } from "../records/field-path.ts";
import { valueAtPath } from "../records/field-path.ts";
import type { Cause } from "../records/finding.ts";
import type { ObjectRef } from "../records/fields.ts";
import { findObject } from "../triage/remedies/suspects.ts";
import { parseQuantity } from "../records/quantity.ts";
import { type Raise, RAISES_DAYS, killedForMemory, raiseMemory } from "../triage/remedies/raise-memory.ts";
import type { Remedied } from "../triage/remedies/remedied.ts";
import { containerField } from "../triage/remedies/troubled.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import { appFiles, branchHead, declaredIn, objectsAt } from "./app-source.ts";
import { editRemedy, type SourcePorts } from "./edit-remedy.ts";

/** Commits of the file that are read back. */
const MAX_COMMITS = 20;
/** Commits of a built app that are built again. */
const MAX_BUILDS = 8;
const DAY_MS = 24 * 60 * 60_000;

/** @throws Unavailable, Refused */
export async function memoryRemedy(cause: Cause, snapshot: Snapshot, given: SourcePorts): Promise<Remedied> {
  const killed = killedForMemory(snapshot, cause);
  const field = "refusal" in killed ? undefined : containerField(cause.object.kind, killed.container, ["resources", "limits", "memory"]);
  const raises = field === undefined ? [] : await raisesOf(cause, field, { ...given, now: snapshot.now });
  return await editRemedy(given, raiseMemory({ cause, snapshot, raises }));
}

interface Looked extends SourcePorts {
  readonly now: number;
}

interface LimitAt {
  readonly commit: string;
  readonly at: number;
  readonly limit: unknown;
}

/** Commits that raised the limit lately, newest first; a rename of the file ends the history. */
async function raisesOf({ object }: Cause, field: FieldPath, looked: Looked): Promise<readonly Raise[]> {
  const { git, source, now } = looked;
  const head = await branchHead(git, source);
  if ("refusal" in head) return [];
  const located = locate({ path: source.app.path, files: await appFiles(git, source, head.commit) }, object, field);
  const limits =
    located.kind === "found"
      ? await inFile(looked, { head: head.commit, file: located.location.file }, { object, field })
      : await asBuilt(looked, head.commit, { object, field });
  return limits.flatMap(({ commit, at, limit }, index): Raise[] => {
    const before = limits[index + 1]?.limit;
    const isRaise = (parseQuantity(before) ?? Infinity) < (parseQuantity(limit) ?? 0) && now - at < RAISES_DAYS * DAY_MS;
    return isRaise ? [{ commit, from: String(before), to: String(limit) }] : [];
  });
}

interface Sought {
  readonly object: ObjectRef;
  readonly field: FieldPath;
}

async function inFile({ git, source }: Looked, at: { head: string; file: string }, { object, field }: Sought): Promise<readonly LimitAt[]> {
  const limits: LimitAt[] = [];
  for (const { id, at: when } of await git.log(source.repository, { to: at.head, path: at.file, limit: MAX_COMMITS })) {
    const text = (await git.read(source.repository, id, at.file)) ?? "";
    limits.push({ commit: id, at: when, limit: valueAtPath(declaredIn([{ path: at.file, text }], object), field) });
  }
  return limits;
}

/** A built app has no one line to follow: it is built as it was. */
async function asBuilt(looked: Looked, head: string, { object, field }: Sought): Promise<readonly LimitAt[]> {
  const { git, source } = looked;
  const limits: LimitAt[] = [];
  for (const { id, at } of await git.log(source.repository, { to: head, path: source.app.path, limit: MAX_BUILDS })) {
    limits.push({ commit: id, at, limit: valueAtPath(findObject(await objectsAt(looked, source, id), object), field) });
  }
  return limits;
}

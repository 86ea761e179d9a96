/** What is known of a proposal beside its plan: the cause, and whether the store is as new as the forge (design 5.4). */
import type { Forge } from "../ports/forge.ts";
import type { Store } from "../ports/store.ts";
import type { Change } from "../records/change.ts";
import type { RepositoryRef } from "../records/fields.ts";
import type { Cause } from "../records/finding.ts";
import type { Run } from "../records/run.ts";
import type { ToolResult } from "../records/tool-result.ts";
import { parseBranch } from "../text/branch.ts";

/** Pull requests that are read to find the newest of ours. */
const NEWEST = 50;

/** False while the forge shows a pull request of ours that the store knows nothing of: then the store is empty or old, and nothing is done. */
export async function newestPullHasItsRun(forge: Forge, store: Store, repository: RepositoryRef): Promise<boolean> {
  const pulls = await forge.pullRequests(repository, "all", NEWEST);
  const newest = pulls.flatMap((pull) => parseBranch(pull.head.ref)?.run ?? [])[0];
  return newest === undefined || (await store.read("Run", newest)) !== undefined;
}

/** What triage found for a change: its own, or that of the change which it takes back. */
export async function problemsOf(store: Store, run: Run, change: Change): Promise<ToolResult["problems"]> {
  const origin = change.inverseOf === undefined ? change : run.changes.find((other) => other.number === change.inverseOf);
  if (origin?.remedy === undefined) return undefined;
  return (await store.read("ToolResult", origin.remedy))?.record.problems;
}

/** The cause that a change is about. */
export async function causeOf(store: Store, run: Run, change: Change): Promise<Cause | undefined> {
  return (await problemsOf(store, run, change))?.causes[0];
}

/** A run as a command asks for it: may it be tried again, is another at work on the same, is it known what it is about. */
import type { RunView } from "../approval/judgement.ts";
import { canMove } from "../engine/changes.ts";
import { isChangeOver } from "../engine/transitions.ts";
import type { Store } from "../ports/store.ts";
import type { Run } from "../records/run.ts";
import { lockName } from "../shell/incidents.ts";

function isLive(run: Run): boolean {
  return run.phase === "running" || run.phase === "ending";
}

/** It waits where all that is not over would give way to a new attempt; a merge that is under way does not. */
function standsAs(run: Run): RunView["stands"] {
  if (!isLive(run)) return "over";
  const left = run.changes.filter((change) => !isChangeOver(change.state));
  return left.length > 0 && left.every((change) => change.state !== "approved" && canMove(run, change.number, "attempted-anew")) ? "waits" : "works";
}

/** @throws Unavailable */
export async function viewOfRun(store: Store, name: string, run: Run): Promise<RunView> {
  const { alert, pipeline, trigger } = run.spec;
  const hasAlert = alert !== undefined;
  const canBegin = pipeline !== undefined && (hasAlert || trigger.kind === "comment");
  return { stands: standsAs(run), isFollowed: await isFollowed(store, name, run), hasAlert, canBegin };
}

/** The incident has a newer run, which is not over. */
async function isFollowed(store: Store, name: string, { incident }: Run): Promise<boolean> {
  const lock = incident && (await store.read("Lock", lockName(incident.key)));
  const holder = lock && lock.record.run !== name ? (await store.read("Run", lock.record.run))?.record : undefined;
  return holder !== undefined && isLive(holder);
}

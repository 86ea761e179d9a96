/** Work that nobody waits for any more: it is neither begun nor tried again (design 5.3). */
import { ActionRequested, NotificationRequested, ProposalRequested, RunWoken, ToolRequested } from "../events/catalog.ts";
import type { OutboxEntry } from "../records/outbox.ts";
import type { Run } from "../records/run.ts";
import { changeOf, isOwedBy } from "./changes.ts";
import { isChangeOver } from "./transitions.ts";

/** What a run still does while it ends: say things, and close what it had opened. */
export function outlivesTheRun(entry: OutboxEntry): boolean {
  const closes = entry.type === ProposalRequested.type && entry.data["mode"] === "close";
  return closes || entry.type === NotificationRequested.type;
}

/** Its run is ending, its change or its step is over, or a newer one of its kind is owed: the effect would come too late. */
export function isMoot(run: Run, entry: OutboxEntry): boolean {
  if (outlivesTheRun(entry) || entry.type === RunWoken.type) return false;
  if (run.phase === "ending") return true;
  const change = changeOf(run, Number(entry.data["change"] ?? 0));
  if (change && isOwedBy(change.number, entry)) return isChangeOver(change.state) || newestLike(run, entry) !== entry.id;
  if (entry.type !== ToolRequested.type && entry.type !== ActionRequested.type) return false;
  return run.steps.find((step) => step.id === entry.data["step"])?.state !== "running";
}

function newestLike(run: Run, { type, data }: OutboxEntry): string | undefined {
  return run.outbox.findLast((other) => other.type === type && other.data["change"] === data["change"])?.id;
}

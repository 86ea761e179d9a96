/** Trouble of nodes that no condition shows: what the kubelet and node-problem-detector write as Events. */
import { findAt } from "../find-at.ts";
import { refOf } from "../../records/read-object.ts";
import { type Analyzer, quote, type Seen } from "../finding-of.ts";
import { endsTrouble, troubleOfEvent } from "../node-trouble.ts";
import type { EventView } from "../snapshot.ts";

/** An Event that was not repeated for this long is history. */
const RECENT_MS = 15 * 60_000;
/** A failing disk does not heal; its Events count for as long as the API server keeps them. */
const DISK_MS = 60 * 60_000;
const DISK = new Set(["disk-error", "read-only-filesystem", "hardware-error"]);

/** Finds recent Events of nodes that tell of trouble, one finding for each kind of it. */
export const findNodeEvents: Analyzer = findAt("", ["Node"], (node, snapshot) => {
  const events = snapshot.eventsOf(refOf(node));
  const latest = new Map<string, Seen>();
  for (const event of events) {
    const trouble = troubleOfEvent(event.reason);
    if (!trouble || !isLive(event, trouble.category, snapshot.now)) continue;
    const isOver = events.some((later) => endsTrouble(later.reason, trouble.category) && (later.lastAt ?? 0) > (event.lastAt ?? 0));
    if (isOver) continue;
    const first = latest.get(trouble.category)?.since ?? event.firstAt;
    const message = `${event.reason}: ${trouble.meaning} (${quote(event.message)})`;
    latest.set(trouble.category, { category: trouble.category, message, evidence: [[`Event ${event.reason}`, event.message]], since: first });
  }
  return [...latest.values()];
});

function isLive(event: EventView, category: string, now: number): boolean {
  return now - (event.lastAt ?? 0) < (DISK.has(category) ? DISK_MS : RECENT_MS);
}

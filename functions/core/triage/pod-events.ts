/** Events of a pod that still say something: its own, not those of a dead pod of the same name, and not what was overcome. */
import type { PodView } from "./pod-view.ts";
import type { EventView, Snapshot } from "./snapshot.ts";

/** An Event that is repeated no more has been overcome; the kubelet tries at least every few minutes. */
const STILL_MS = 10 * 60_000;

/** Events about this very pod, oldest first: a pod of a stateful set has the name of the one before it. */
export function eventsOfPod(snapshot: Snapshot, pod: PodView): readonly EventView[] {
  const { createdAt } = pod;
  return snapshot.eventsOf(pod.ref).filter((event) => createdAt === undefined || event.lastAt === undefined || event.lastAt >= createdAt);
}

/** The Events with one of these reasons that still repeat, oldest first. */
export function liveEvents(snapshot: Snapshot, pod: PodView, reasons: ReadonlySet<string>): readonly EventView[] {
  return eventsOfPod(snapshot, pod).filter((event) => reasons.has(event.reason) && snapshot.now - (event.lastAt ?? snapshot.now) < STILL_MS);
}

/** What the kubelet says when it gets on: the volumes are mounted and the sandbox is made by then. */
const PROGRESS = new Set(["Pulling", "Pulled", "Created", "Started"]);

/** The Events with one of these reasons that keep a pod from being created: some are said once only, and stand until it gets on. */
export function standingEvents(snapshot: Snapshot, pod: PodView, reasons: ReadonlySet<string>): readonly EventView[] {
  const events = eventsOfPod(snapshot, pod);
  const after = (event: EventView, isOver: (other: EventView) => boolean): boolean =>
    events.some((other) => isOver(other) && (other.lastAt ?? 0) > (event.lastAt ?? Number.POSITIVE_INFINITY));
  return events.filter((event) => {
    const isAttached = event.reason === "FailedAttachVolume" && after(event, (other) => other.reason === "SuccessfulAttachVolume");
    return reasons.has(event.reason) && !isAttached && !after(event, (other) => PROGRESS.has(other.reason));
  });
}

/** Tells whether an Event is about this container: by its field, else by its words. */
export function isAbout(event: EventView, container: string): boolean {
  if (event.container !== undefined) return event.container === container;
  return new RegExp(`[Cc]ontainer=? ?"?${escape(container)}(?![\\w-])`).test(event.message);
}

function escape(name: string): string {
  return name.replaceAll(/[^\w-]/g, String.raw`\$&`);
}

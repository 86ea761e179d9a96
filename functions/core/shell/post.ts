/** Posting what a run owes: hints only, so a failure is logged and left to the sweep. */
import { CloudEvent } from "cloudevents";
import type { OutboxEntry } from "../records/outbox.ts";
import { errorWords } from "./outcome.ts";
import type { Shell } from "./shell.ts";

/** The broker has this long to take an event. */
const POST_LIMIT_MS = 2_000;

/** `source` of every event of ours. */
const SOURCE = "/anchorwatch/runs";

/** An owed entry as the CloudEvent that is posted. */
export function toCloudEvent(runId: string, entry: OutboxEntry): CloudEvent<unknown> {
  return new CloudEvent({
    id: entry.id,
    type: entry.type,
    source: SOURCE,
    datacontenttype: "application/json",
    data: entry.data,
    runid: runId,
    ...(entry.subject !== undefined && { subject: entry.subject }),
    ...(entry.causeId !== undefined && { causeid: entry.causeId }),
    ...(entry.traceparent !== undefined && { traceparent: entry.traceparent }),
  });
}

/** Posts entries to the broker, all at once. Never throws: what is not taken is posted again by the sweep. */
export async function postEvents(shell: Shell, runId: string, entries: readonly OutboxEntry[]): Promise<void> {
  await Promise.all(entries.map((entry) => postEvent(shell, runId, entry)));
}

async function postEvent(shell: Shell, runId: string, entry: OutboxEntry): Promise<void> {
  try {
    await shell.events.post(toCloudEvent(runId, entry), AbortSignal.timeout(POST_LIMIT_MS));
  } catch (error) {
    shell.log.warn({ run: runId, event: entry.id, type: entry.type, error: errorWords(error) }, "event not posted; the sweep will");
  }
}

/** Reading a body no further than a limit: Knative has none, a process that keeps events in memory needs one. */
import type { Bytes } from "./message.ts";

/** Bytes of an event, and of what a subscriber answers; events of ours are below 64 KiB. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** A body as far as it was read. */
export interface ReadBody {
  readonly bytes: Bytes;
  /** There is more of it, still unread. */
  readonly cut: boolean;
}

/** Reads a body up to the limit. */
export async function readBody({ body }: Request | Response): Promise<ReadBody> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader();
  while (size <= MAX_BODY_BYTES) {
    const chunk = (await reader?.read())?.value;
    if (!chunk) break;
    size += chunk.length;
    chunks.push(chunk);
  }
  reader?.releaseLock();
  return { bytes: new Uint8Array(Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES)), cut: size > MAX_BODY_BYTES };
}

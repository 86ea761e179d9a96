/** Reading a request's body with a limit on its size and on its time; memory stays flat whatever is sent. */
import type { Clock } from "../ports/clock.ts";

/** A whole body must have arrived within this. */
const BODY_LIMIT_MS = 10_000;

/** @returns the bytes; `too-large` as soon as the limit is passed; `cut` when it broke off or came too slowly */
export async function readBody(request: Request, maxBytes: number, clock: Clock): Promise<Uint8Array | "too-large" | "cut"> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return "too-large";
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  let late = false;
  // No race against a promise of the deadline: that would keep every body until the deadline is past.
  const stop = clock.after(BODY_LIMIT_MS, () => {
    late = true;
    void reader.cancel().catch(() => undefined);
  });
  try {
    const body = await collect(reader, maxBytes);
    return late ? "cut" : body;
  } catch {
    return "cut"; // Because a sender that broke off gets no other answer: there is nobody to tell more.
  } finally {
    stop();
    void reader.cancel().catch(() => undefined);
  }
}

async function collect(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<Uint8Array | "too-large"> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    size += value.byteLength;
    if (size > maxBytes) return "too-large";
    chunks.push(value);
  }
}

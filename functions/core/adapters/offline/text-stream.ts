/** The text of a file in chunks: gunzipped where it is packed, decoded by its byte order mark, and bounded in size. */
import { createReadStream, openSync, readSync, closeSync } from "node:fs";
import type { Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { createGunzip } from "node:zlib";

/** Largest file that is read, unpacked: it is never in memory as a whole. */
const FILE_MAX_BYTES = 2 * 1024 * 1024 * 1024;

const CHUNK_BYTES = 256 * 1024;

/**
 * Reads a file as text, chunk by chunk.
 * @yields {string} its text, in order
 * @throws Error when it cannot be read or unpacked, is binary, or is too large
 */
export async function* textChunks(path: string, maxBytes = FILE_MAX_BYTES): AsyncGenerator<string> {
  const isPacked = isGzip(path); // First, as it throws for a file that is not there; a stream would tell that to nobody.
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const stream: Readable = isPacked ? pipe(file) : file;
  let decoder: TextDecoder | undefined;
  let bytes = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`is larger than ${Math.floor(maxBytes / 1024 / 1024)} MiB`);
    decoder ??= decoderFor(chunk);
    yield decoder.decode(chunk, { stream: true });
  }
}

/** The last of a file's text, for logs. @throws Error as `textChunks` does */
export async function textTail(path: string, length: number): Promise<string> {
  let tail = "";
  for await (const chunk of textChunks(path)) tail = `${tail}${chunk}`.slice(-length);
  return tail;
}

function pipe(file: Readable): Readable {
  const gunzip = createGunzip();
  file.once("error", (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

/** By its first bytes, because a name says little about a file that was sent around. */
function isGzip(path: string): boolean {
  const start = Buffer.alloc(2);
  const descriptor = openSync(path, "r");
  try {
    return readSync(descriptor, start, 0, 2, 0) === 2 && start[0] === 0x1f && start[1] === 0x8b;
  } finally {
    closeSync(descriptor);
  }
}

/** PowerShell writes UTF-16 where the output of a command is redirected into a file. */
function decoderFor(start: Buffer): TextDecoder {
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder("utf-16le");
  if (start[0] === 0xfe && start[1] === 0xff) throw new Error("is UTF-16 of the other byte order");
  if (start.subarray(0, 4096).includes(0)) throw new Error("is binary");
  return new TextDecoder("utf-8");
}

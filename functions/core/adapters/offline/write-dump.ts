/** Writes a look as one packed file: a `List` as kubectl writes it, so that other tools can read it too. */
import { createWriteStream, existsSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { type DumpHead, dumpAnnotations } from "./dump-head.ts";

/** @param path a new file, readable by its owner only. @throws Error when it cannot be written, or is there already */
export async function writeDump(path: string, head: DumpHead, objects: readonly KubernetesObject[]): Promise<void> {
  if (existsSync(path)) throw new Error(`${path}: there is such a file already`);
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  await pipeline(Readable.from(listText(head, objects)), createGzip({ level: 9 }), file);
}

/**
 * Object by object, so that the whole is never one text in memory.
 * @yields {string} the next part
 */
function* listText(head: DumpHead, objects: readonly KubernetesObject[]): Generator<string> {
  yield `{"apiVersion":"v1","kind":"List","metadata":${JSON.stringify({ annotations: dumpAnnotations(head) })},"items":[`;
  for (const [index, object] of objects.entries()) yield `${index === 0 ? "" : ","}\n${JSON.stringify(object)}`;
  yield "\n]}\n";
}

/** What people have at hand, read as one snapshot: files and folders of objects, with logs beside them. */
import { statSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { podLogObject } from "../../records/pod-log.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { gatherObjects, type ObjectGathering } from "./gather.ts";
import { placeFinder } from "./log-places.ts";
import { readLogText } from "./log-lines.ts";
import { ObjectReader, type TextReading, WOVEN_MAX_BYTES } from "./objects-in-text.ts";
import { textChunks, textTail } from "./text-stream.ts";

/** Most files of all folders together; links are not followed, so that a folder cannot contain itself. */
const MAX_FILES = 20_000;
const LOG_TAIL_LENGTH = 64 * 1024;
const LOG_NAME = /\.(?:log|out)(?:\.gz)?$|(?:^|\/)logs?\.txt$|(?:^|\/)pods?\/.*\.txt$/;

/** What was read from files. */
export interface OfflineLook {
  readonly objects: readonly KubernetesObject[];
  /** The newest time in it, in ms since the epoch; undefined where it tells of none. */
  readonly newestAt: number | undefined;
  /** What could not be read or is nothing to read, each with its path. */
  readonly warnings: readonly string[];
}

/** @throws Error when a path is not there, or nothing at all could be read */
export async function readOffline(paths: readonly string[], logFolders: readonly string[]): Promise<OfflineLook> {
  const files = (await Promise.all(paths.map(filesUnder))).flat();
  const logs = (await Promise.all(logFolders.map(filesUnder))).flat();
  const warnings: string[] = files.length + logs.length > MAX_FILES ? [`more than ${MAX_FILES} files; the rest was not read`] : [];
  const gathering = gatherObjects();
  let read = 0;
  const beside: FoundFile[] = [];
  for (const file of files.slice(0, MAX_FILES)) {
    if (LOG_NAME.test(file.name) && files.length > 1) beside.push(file);
    else read += await readFile(file, gathering, warnings);
  }
  if (read === 0) throw new Error(["no Kubernetes object could be read", ...warnings].join("\n  "));
  await readLogs([...logs, ...beside].slice(0, MAX_FILES), gathering, warnings);
  if (gathering.full) warnings.push("there are too many objects; the last ones were left out");
  return { objects: gathering.finish(), newestAt: gathering.newestAt, warnings };
}

interface FoundFile {
  readonly path: string;
  /** Within the folder that was named. */
  readonly name: string;
}

async function filesUnder(root: string): Promise<FoundFile[]> {
  const found = await stat(root).catch((error: unknown) => {
    throw new Error(`${root}: ${reasonOf(error)}`, { cause: error });
  });
  if (!found.isDirectory()) return [{ path: root, name: root }];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/(?:^|\/)\.(?:git|DS_Store)(?:\/|$)/.test(path))
    .sort()
    .map((path) => ({ path, name: relative(root, path) }));
}

/** @returns how many objects it had */
async function readFile({ path }: FoundFile, gathering: ObjectGathering, warnings: string[]): Promise<number> {
  const reader = new ObjectReader((object) => gathering.take(object));
  let fault: string | undefined;
  try {
    for await (const chunk of textChunks(path)) reader.push(chunk);
  } catch (error) {
    fault = reasonOf(error);
  }
  const cut = reader.end();
  const reading =
    cut.isWoven && statSync(path).size <= WOVEN_MAX_BYTES ? new ObjectReader((object) => gathering.take(object)).readWhole(await wholeText(path)) : cut;
  if (reading.head) {
    gathering.noteTime(reading.head.takenAt);
    warnings.push(...reading.head.notSeen);
  }
  const warning = warningOf(reading, fault);
  if (warning !== undefined) warnings.push(`${path}: ${warning}`);
  return reading.objects;
}

async function wholeText(path: string): Promise<string> {
  let text = "";
  for await (const chunk of textChunks(path, WOVEN_MAX_BYTES)) text += chunk;
  return text;
}

function warningOf({ objects, problems, others }: TextReading, fault: string | undefined): string | undefined {
  const faults = [...(fault === undefined ? [] : [fault]), ...problems];
  if (objects === 0) return `no Kubernetes object in it${faults.length > 0 ? ` (${faults.join("; ")})` : ""}; skipped`;
  if (faults.length > 0) return `${faults.join("; ")}; the ${objects} object${objects === 1 ? "" : "s"} around it were read`;
  return others > 0 ? `${others} part${others === 1 ? " is" : "s are"} no Kubernetes object; skipped` : undefined;
}

async function readLogs(files: readonly FoundFile[], gathering: ObjectGathering, warnings: string[]): Promise<void> {
  const pods = gathering.pods();
  const find = placeFinder(
    pods,
    files.map(({ name }) => name),
  );
  for (const { path, name } of files) {
    const place = find(name);
    if (place === "ambiguous") warnings.push(`${path}: several containers can have this log; name it NAMESPACE_POD_CONTAINER.log`);
    else if (place === undefined) warnings.push(`${path}: the log of no container that is in the snapshot; skipped`);
    else {
      try {
        const { text, newestAt } = readLogText(await textTail(path, LOG_TAIL_LENGTH));
        if (newestAt !== undefined) gathering.noteTime(newestAt);
        gathering.take(podLogObject({ ...place, text }));
      } catch (error) {
        warnings.push(`${path}: ${reasonOf(error)}; skipped`);
      }
    }
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file or folder";
  if (code === "EACCES") return "may not be read";
  return error instanceof Error ? error.message : String(error);
}

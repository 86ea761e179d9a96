/** One look at what people have at hand, as `anchorwatch diagnose --offline` takes it. */
import { type AlertLabels, readAlertLabels } from "../adapters/offline/read-alert.ts";
import { readOffline } from "../adapters/offline/read-paths.ts";
import { writeDump } from "../adapters/offline/write-dump.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";

/** What was seen at one moment, without any secret, and what could not be seen. */
export interface Look {
  readonly objects: readonly KubernetesObject[];
  /** The moment by which ages are judged, in ms since the epoch. */
  readonly now: number;
  /** What may hide a fault because it could not be read; never taken for healthy. */
  readonly notSeen: readonly string[];
}

/** @param now in ms since the epoch; without it the newest time that the files tell. @throws Error when nothing could be read */
export async function lookOffline(paths: readonly string[], options: { readonly logs: readonly string[]; readonly now?: number | undefined }): Promise<Look> {
  const { objects, newestAt, warnings } = await readOffline(paths, options.logs);
  return { objects, now: options.now ?? newestAt ?? 0, notSeen: warnings };
}

/** Writes a look to a file that `lookOffline` reads back with the same causes. @throws Error when it cannot be written, or is there already */
export function saveLook(path: string, { objects, now, notSeen }: Look): Promise<void> {
  return writeDump(path, { takenAt: now, notSeen }, objects);
}

/** The label sets of the alerts in files. @throws Error naming the file in which there is none */
export async function alertLabelsIn(paths: readonly string[]): Promise<readonly AlertLabels[]> {
  return (await Promise.all(paths.map(readAlertLabels))).flat();
}

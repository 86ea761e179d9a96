/** The end of a container's log, kept among the objects of a snapshot, so that a dump, a case and a live look carry it the same way. */
import * as z from "zod";
import type { KubernetesObject } from "./kubernetes-object.ts";

export const POD_LOG_KIND = "PodLog";
const POD_LOG_API = "anchorwatch.dev/v1alpha1";

/** Longest text that is kept, in UTF-16 units: its end, where a crash says why. */
const MAX_TEXT = 16 * 1024;

const PodLogSchema = z.looseObject({
  container: z.string().min(1).max(63),
  /** True for the run before the current one, as `kubectl logs --previous` gives it. */
  previous: z.boolean().default(false),
  text: z.string(),
});

/** Which run of which container a log is of. */
export interface LogPlace {
  readonly namespace?: string | undefined;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

export interface PodLog extends LogPlace {
  readonly text: string;
}

/** Writes a log down as an object: named as its pod, in its namespace. */
export function podLogObject({ namespace, pod, container, previous, text }: PodLog): KubernetesObject {
  const metadata = { name: pod, ...(namespace !== undefined && { namespace }) };
  return { apiVersion: POD_LOG_API, kind: POD_LOG_KIND, metadata, container, previous, text: text.slice(-MAX_TEXT) };
}

/** Reads such an object; undefined where it is none. */
export function readPodLog(object: KubernetesObject): PodLog | undefined {
  const parsed = object.kind === POD_LOG_KIND && object.apiVersion === POD_LOG_API ? PodLogSchema.safeParse(object) : undefined;
  if (!parsed?.success) return undefined;
  const { container, previous, text } = parsed.data;
  return { namespace: object.metadata.namespace, pod: object.metadata.name, container, previous, text: text.slice(-MAX_TEXT) };
}

/** What a host said of itself when the cluster's API could not tell: answers of fixed commands, kept among the objects of a snapshot. */
import * as z from "zod";
import type { KubernetesObject } from "./kubernetes-object.ts";

export const HOST_FACTS_KIND = "HostFacts";
const HOST_FACTS_API = "anchorwatch.dev/v1alpha1";

/** Longest answer that is kept, in UTF-16 units: its end, where the newest lines are. */
const MAX_TEXT = 8 * 1024;

/** The questions; what a host does not have (a Raspberry Pi's firmware, k0s) it does not answer. */
export const HOST_QUESTIONS = ["k0s", "services", "disk", "inodes", "kernel", "throttled"] as const;
export type HostQuestion = (typeof HOST_QUESTIONS)[number];

const HostFactsSchema = z.looseObject({
  address: z.string().max(253),
  /** Why it could not be asked at all. */
  unreachable: z.string().max(512).optional(),
  answers: z.partialRecord(z.enum(HOST_QUESTIONS), z.string()),
});

export interface HostFacts extends z.infer<typeof HostFactsSchema> {
  /** Name of the node: the host's name, else its address. */
  readonly name: string;
}

/** Writes the facts down as an object, named as the node. */
export function hostFactsObject({ name, address, unreachable, answers }: Pick<HostFacts, "name" | "address" | "unreachable" | "answers">): KubernetesObject {
  const kept = Object.fromEntries(Object.entries(answers).map(([question, text]) => [question, text.slice(-MAX_TEXT)]));
  return { apiVersion: HOST_FACTS_API, kind: HOST_FACTS_KIND, metadata: { name }, address, answers: kept, ...(unreachable !== undefined && { unreachable }) };
}

/** Reads such an object; undefined where it is none. */
export function readHostFacts(object: KubernetesObject): HostFacts | undefined {
  const parsed = object.kind === HOST_FACTS_KIND && object.apiVersion === HOST_FACTS_API ? HostFactsSchema.safeParse(object) : undefined;
  return parsed?.success ? { ...parsed.data, name: object.metadata.name } : undefined;
}

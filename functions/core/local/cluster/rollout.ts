/** What a Deployment has made: its replica sets and their pods, moved on by time and by each apply, as the controllers do. */
import { hashId } from "../../records/ids.ts";
import * as z from "zod";
import { TemplateSchema } from "./behaviour.ts";
import { lifeOf } from "./container-life.ts";

const PodRecordSchema = z.object({ name: z.string(), uid: z.string(), node: z.string(), createdAt: z.number() });
export type PodRecord = z.infer<typeof PodRecordSchema>;

const ReplicaSetRecordSchema = z.object({
  name: z.string(),
  hash: z.string(),
  uid: z.string(),
  revision: z.number(),
  createdAt: z.number(),
  template: TemplateSchema,
  pods: z.array(PodRecordSchema),
});
export type ReplicaSetRecord = z.infer<typeof ReplicaSetRecordSchema>;

export const RolloutSchema = z.object({
  uid: z.string(),
  createdAt: z.number(),
  generation: z.number(),
  replicas: z.number(),
  sets: z.array(ReplicaSetRecordSchema),
});
export type Rollout = z.infer<typeof RolloutSchema>;

export interface RolloutContext {
  readonly namespace: string;
  readonly name: string;
  readonly now: number;
  readonly secondMs: number;
  /** Version of the workload's database. */
  readonly schema: string | undefined;
  /** Names of nodes that take its pods, in order. */
  readonly nodes: readonly string[];
}

/** A letter set without vowels, as the API server's generated names have. */
const NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

function suffix(...parts: readonly (string | number)[]): string {
  const hash = hashId("suffix", ...parts);
  return Array.from({ length: 5 }, (_item, at) => NAME_LETTERS[Number.parseInt(hash.slice(at * 2, at * 2 + 2), 16) % NAME_LETTERS.length]).join("");
}

/** A UUID made from what it names. */
export function uidOf(...parts: readonly (string | number)[]): string {
  const hash = hashId("uid", ...parts);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

function makePods(set: ReplicaSetRecord, count: number, context: RolloutContext): PodRecord[] {
  return Array.from({ length: count }, (_item, at) => {
    const ordinal = set.pods.length + at;
    const name = `${set.name}-${suffix(set.uid, ordinal, context.now)}`;
    return { name, uid: uidOf("pod", name, context.now), node: context.nodes[ordinal % Math.max(1, context.nodes.length)] ?? "node", createdAt: context.now };
  });
}

/** When every container of a pod is ready; undefined = never as things are. */
export function podReadyAt(set: ReplicaSetRecord, pod: PodRecord, context: RolloutContext): number | undefined {
  const times = set.template.spec.containers.map(
    (container) =>
      lifeOf({
        template: set.template,
        container,
        podUid: pod.uid,
        podName: pod.name,
        namespace: context.namespace,
        createdAt: pod.createdAt,
        now: context.now,
        secondMs: context.secondMs,
        schema: context.schema,
      }).readyAt,
  );
  return times.every((time) => time !== undefined) ? Math.max(...times) : undefined;
}

function isReady(set: ReplicaSetRecord, context: RolloutContext): boolean {
  return set.pods.length > 0 && set.pods.every((pod) => (podReadyAt(set, pod, context) ?? Infinity) <= context.now);
}

/** Newest first. */
export function setsOf(rollout: Rollout): readonly ReplicaSetRecord[] {
  return rollout.sets.toSorted((a, b) => b.revision - a.revision);
}

/** Moves a rollout on to now: old pods go when the new ones are ready, so a bad rollout keeps the old ones, as it really is. */
export function settleRollout(rollout: Rollout, context: RolloutContext): Rollout {
  const [current] = setsOf(rollout);
  if (!current || !isReady(current, context)) return rollout;
  const missing = rollout.replicas - current.pods.length;
  const grown = { ...current, pods: missing > 0 ? [...current.pods, ...makePods(current, missing, context)] : current.pods.slice(0, rollout.replicas) };
  const sets = rollout.sets.map((set) => (set.hash === current.hash ? grown : { ...set, pods: [] }));
  return { ...rollout, sets };
}

/** Deletes a pod and makes another in its place, as a replica set does. @returns undefined when no set has it */
export function replacePod(rollout: Rollout, uid: string, context: RolloutContext): Rollout | undefined {
  const owner = rollout.sets.find((set) => set.pods.some((pod) => pod.uid === uid));
  if (!owner) return undefined;
  const left = { ...owner, pods: owner.pods.filter((pod) => pod.uid !== uid) };
  const whole = { ...left, pods: [...left.pods, ...makePods(left, 1, context)] };
  return { ...rollout, sets: rollout.sets.map((set) => (set === owner ? whole : set)) };
}

/** Applies a template: an unknown one gets a replica set with its surge pods, a known one is rolled back to, as the controller does. */
export function applyTemplate(
  before: Rollout | undefined,
  given: { template: z.infer<typeof TemplateSchema>; replicas: number },
  context: RolloutContext,
): Rollout {
  const started: Rollout = before ?? {
    uid: uidOf("deployment", context.namespace, context.name, context.now),
    createdAt: context.now,
    generation: 0,
    replicas: given.replicas,
    sets: [],
  };
  const rollout = settleRollout(started, context);
  const hash =
    hashId("template", JSON.stringify(given.template))
      .replace(/[^bcdf0-9]/g, "")
      .slice(0, 10) || "5d9c7b8f6";
  const [current] = setsOf(rollout);
  if (current?.hash === hash && rollout.replicas === given.replicas) return rollout;
  const revision = (current?.revision ?? 0) + (current?.hash === hash ? 0 : 1);
  const known = rollout.sets.find((set) => set.hash === hash);
  const name = `${context.name}-${hash}`;
  const set: ReplicaSetRecord = known
    ? { ...known, revision }
    : { name, hash, uid: uidOf("replicaset", context.namespace, name, context.now), revision, createdAt: context.now, template: given.template, pods: [] };
  const wanted = current && current.hash !== hash ? Math.max(1, Math.ceil(given.replicas / 4)) : given.replicas;
  const active = { ...set, pods: [...set.pods, ...makePods(set, Math.max(0, wanted - set.pods.length), context)] };
  const others = rollout.sets.filter((other) => other.hash !== hash).map((other) => (isReady(other, context) ? other : { ...other, pods: [] }));
  return settleRollout({ ...rollout, generation: rollout.generation + 1, replicas: given.replicas, sets: [...others, active] }, context);
}

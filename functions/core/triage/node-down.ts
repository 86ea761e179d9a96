/** Whether a node is there and answers: what stands still on one that does not is the node's trouble. */
import type { ObjectRef } from "../records/fields.ts";
import { conditionOf, instantAt, refOf, textAt } from "../records/read-object.ts";
import { wasRead } from "./find-at.ts";
import type { Snapshot } from "./snapshot.ts";

export interface NodeDown {
  /** The node, where it still stands in the snapshot. */
  readonly ref: ObjectRef | undefined;
  readonly words: string;
  readonly since: number | undefined;
}

/** Says how a node is down; undefined for one that is ready, and where no nodes were read. */
export function nodeDown(snapshot: Snapshot, name: string | undefined): NodeDown | undefined {
  if (name === undefined || !wasRead(snapshot, { group: "", kind: "Node" })) return undefined;
  const node = snapshot.get({ kind: "Node", name });
  if (!node) return { ref: undefined, words: `node ${name} is gone`, since: undefined };
  const ready = conditionOf(node, "Ready");
  if (ready === undefined || textAt(ready, "status") === "True") return undefined;
  return { ref: refOf(node), words: `node ${name} is NotReady`, since: instantAt(ready, "lastTransitionTime") };
}

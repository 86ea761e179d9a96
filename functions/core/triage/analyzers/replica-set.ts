/** Replica sets that no deployment owns, and replication controllers: those that lack pods without a word why. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import { downNodeOf } from "../pods-of.ts";
import { instantAt, numberAt, refOf } from "../../records/read-object.ts";

/** A pod is made, pulled and ready within this, or its own findings say why not. */
const STARTING_MS = 2 * 60_000;

/** Finds replica sets of their own that are not complete; an old one of a deployment has no pods because it wants none. */
export const findReplicaSetTrouble: Analyzer = (snapshot) =>
  ["ReplicaSet", "ReplicationController"]
    .flatMap((kind) => snapshot.ofKind(kind))
    .flatMap((set) => {
      const isOwned = set.metadata.ownerReferences?.some((owner) => owner.controller === true) ?? false;
      const [wanted, ready] = [numberAt(set, "spec", "replicas") ?? 1, numberAt(set, "status", "readyReplicas") ?? 0];
      const createdAt = instantAt(set, "metadata", "creationTimestamp");
      const isYoung = createdAt !== undefined && snapshot.now - createdAt < STARTING_MS;
      if (isOwned || isYoung || ready >= wanted || numberAt(set, "status", "replicas") === undefined) return [];
      return [
        findingOf(refOf(set), {
          category: "unavailable",
          message: `${ready} of ${wanted} pods of the ${set.kind} are ready`,
          evidence: [
            ["status.readyReplicas", ready],
            ["spec.replicas", wanted],
          ],
          since: createdAt,
          blames: downNodeOf(snapshot, set),
        }),
      ];
    });

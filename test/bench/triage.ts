/** Triage of a whole cluster against merely parsing the same snapshot. */
import type { KubernetesObject } from "../../functions/core/records/kubernetes-object.ts";
import { diagnose } from "../../functions/core/triage/diagnose.ts";
import { changed, recorded, RECORDED_AT } from "../unit/triage/recorded.ts";
import { compare, type Compared, timed } from "./measure.ts";

/** One pod of a hundred is in trouble. */
const SICK_EVERY = 100;

function aCluster(pods: number): string {
  const [healthy] = recorded("kubernetes/ready").filter(({ kind }) => kind === "Pod");
  const [sick] = recorded("kubernetes/crash").filter(({ kind }) => kind === "Pod");
  if (!healthy || !sick) throw new Error("the recorded pods are not there");
  const objects = Array.from({ length: pods }, (_item, at) =>
    changed(at % SICK_EVERY === 0 ? sick : healthy, { metadata: { name: `pod-${at}`, uid: `uid-${at}`, ownerReferences: [] } }),
  );
  return JSON.stringify(objects);
}

export async function benchTriage(pods: number): Promise<Compared> {
  const text = aCluster(pods);
  const objects = JSON.parse(text) as readonly KubernetesObject[];
  return await compare({
    name: `triage ${pods}`,
    ours: `causes of ${pods} pods, ${pods / SICK_EVERY} of them crashing`,
    peer: `JSON.parse of the same ${(text.length / 1_000_000).toFixed(1)} MB`,
    rounds: 7,
    measureOurs: () =>
      timed(() => {
        if (diagnose(objects, RECORDED_AT).causes.length === 0) throw new Error("nothing was found");
      }),
    measurePeer: () => timed(() => void JSON.parse(text)),
  });
}

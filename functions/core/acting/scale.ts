/** `scale`: another number of replicas for a Deployment whose number nothing in Git decides. */
import * as z from "zod";
import { whyOutOfBounds } from "../policy/actions/scale-bounds.ts";
import { whyProtected } from "../policy/actions/protected-objects.ts";
import { formatObject } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { numberAt, textAt } from "../records/read-object.ts";
import { type Acted, defineAction, type Looked, type LookPorts, objectName } from "./action-tool.ts";
import { gitOwnsReplicas } from "./owner-of-field.ts";

const Input = z.looseObject({ namespace: objectName, kind: z.string().max(64).default("Deployment"), name: objectName, replicas: z.number() });

export const scale = defineAction(Input, {
  async look({ namespace, kind, name, replicas }, ports): Promise<Looked> {
    const ref = { kind, namespace, name };
    const what = formatObject(ref);
    if (kind !== "Deployment") return { refusal: `${what} is no Deployment, and only those are scaled without asking` };
    const live = await ports.cluster.read(ref);
    if (!live) return { nothing: `${what} is gone` };
    const before = replicasOf(live);
    if (before === replicas) return { nothing: `${what} has ${replicas} replica${replicas === 1 ? "" : "s"} already` };
    const why = whyProtected(live) ?? (await scaler(live, ports)) ?? (await gitOwnsReplicas(live, ports.gitops));
    if (why !== undefined) return { refusal: `${what}: ${why}` };
    const command = `kubectl scale deployment ${name} --namespace ${namespace} --replicas ${replicas}`;
    const bounds = whyOutOfBounds({ before, after: replicas, limit: ports.policy.limits.replicas });
    if (bounds !== undefined) return { refusal: `${what}: ${bounds}`, command };
    const words = `scale ${what} from ${before} to ${replicas}`;
    return {
      intent: { subject: ref, targets: [{ object: ref, uid: live.metadata.uid ?? "" }], replicas: { before, after: replicas }, words, command },
    };
  },
  async act({ targets: [target], replicas }, { actuator, cluster, guard }): Promise<Acted> {
    if (!target || !replicas) return { unsure: "the record does not say what to scale" };
    const what = formatObject(target.object);
    const live = await cluster.read(target.object);
    if (live?.metadata.uid !== target.uid) return { unsure: `${what} is another one by now` };
    const now = replicasOf(live);
    if (now === replicas.after) return { done: `${what} has ${now} replicas` };
    if (now !== replicas.before) return { unsure: `${what} was scaled to ${now} by somebody else meanwhile` };
    await guard();
    const outcome = await actuator.scale(target, { replicas: replicas.after, resourceVersion: live.metadata.resourceVersion ?? "" });
    if (outcome === "changed") return { later: `${what} changed in the same moment` };
    return outcome === "gone" ? { unsure: `${what} is gone` } : { done: `${what} has ${replicas.after} replicas` };
  },
});

function replicasOf(deployment: KubernetesObject): number {
  return numberAt(deployment, "spec", "replicas") ?? 1;
}

/** Whoever scales it by itself would undo ours. */
async function scaler(live: KubernetesObject, { cluster }: LookPorts): Promise<string | undefined> {
  const objects = await cluster.snapshot();
  const autoscaler = objects.find(
    (object) =>
      object.kind === "HorizontalPodAutoscaler" &&
      object.metadata.namespace === live.metadata.namespace &&
      textAt(object, "spec", "scaleTargetRef", "kind") === live.kind &&
      textAt(object, "spec", "scaleTargetRef", "name") === live.metadata.name,
  );
  return autoscaler && `the autoscaler ${autoscaler.metadata.name} decides its number`;
}

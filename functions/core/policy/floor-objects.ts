/** The floor for objects: an allow-list of kinds; what is not on it is for people (design 8.2). */
import { formatObject } from "../records/fields.ts";
import type { Effect, PlannedFile } from "../records/plan.ts";
import { groupOf } from "../records/read-object.ts";
import { isCut } from "./effect-fields.ts";
import { judgeApplication } from "./floor-application.ts";
import { judgePodPower } from "./floor-pods.ts";
import { forbid, type Judgement, risky } from "./judgement.ts";
import { judgeConfiguration } from "./movable-rules.ts";

/** Groups and kinds that `/approve` may change, within the other rules. */
const APPROVABLE_KINDS: Readonly<Record<string, readonly string[]>> = {
  "": ["Pod", "ConfigMap", "Service", "PersistentVolumeClaim"],
  apps: ["Deployment", "StatefulSet", "DaemonSet"],
  batch: ["Job", "CronJob"],
  autoscaling: ["HorizontalPodAutoscaler"],
  policy: ["PodDisruptionBudget"],
  "networking.k8s.io": ["Ingress"],
  "gateway.networking.k8s.io": ["HTTPRoute", "GRPCRoute"],
  "serving.knative.dev": ["Service"],
  "monitoring.coreos.com": ["ServiceMonitor", "PodMonitor", "PrometheusRule"],
};

/** Kinds that are off limits for a reason that people should read; all others that are not on the list are, too. */
const FORBIDDEN_KINDS: readonly (readonly [kinds: RegExp, what: string])[] = [
  [/^(Secret|SealedSecret|ExternalSecret|ClusterExternalSecret|SecretStore|ClusterSecretStore)$/, "holds secrets"],
  [/^(Role|ClusterRole|RoleBinding|ClusterRoleBinding|ServiceAccount)$/, "grants rights"],
  [/^(AppProject|ApplicationSet)$/, "decides what Argo CD may deploy"],
  [/^CustomResourceDefinition$/, "defines kinds of objects"],
  [/WebhookConfiguration$|AdmissionPolicy(Binding)?$|^APIService$/, "takes part in every request to the API server"],
];

const OWN_GROUP = "anchorwatch.dev";
const OWN_NAMESPACE = "anchorwatch";

/** Judges one effect by every rule of the floor, then by what the policy may move. */
export function judgeEffect(effect: Effect, context: { readonly files: readonly PlannedFile[]; readonly replicas: number }): readonly Judgement[] {
  const name = formatObject(effect.object);
  const group = groupOf(effect.object.apiVersion ?? "");
  const special = FORBIDDEN_KINDS.find(([kinds]) => kinds.test(effect.object.kind));
  if (special) return [forbid(`${name} ${special[1]}`)];
  if (group === OWN_GROUP || effect.object.namespace === OWN_NAMESPACE) return [forbid(`${name} is part of Anchorwatch itself`)];
  if (group === "argoproj.io" && effect.object.kind === "Application") return judgeApplication(effect, context.files);
  if (!(APPROVABLE_KINDS[group] ?? []).includes(effect.object.kind)) return [forbid(`${name} is of a kind that no rule allows to change`)];
  if (isCut(effect.after) && effect.object.kind !== "ConfigMap") return [forbid(`${name} ${effect.field} is too long to be judged`)];
  const power = judgePodPower(effect);
  return power.length > 0 ? power : [effect.field === "" ? judgeWhole(effect) : judgeConfiguration(effect, context.replicas)];
}

function judgeWhole({ object, after }: Effect): Judgement {
  const loss = object.kind === "PersistentVolumeClaim" || object.kind === "StatefulSet" ? ", and data may be lost" : "";
  return risky(after === undefined ? `${formatObject(object)} would be deleted${loss}` : `${formatObject(object)} would be created`);
}

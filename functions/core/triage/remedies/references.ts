/** The ConfigMaps and Secrets that a pod template uses: changing one changes what the pods run with. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, textAt, valueAt } from "../../records/read-object.ts";

/** Where the pod template stands in each kind of workload; a Pod is its own. */
const TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

const BY_TEMPLATE = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"]);

/** Where the pod template stands in a kind of object; undefined for kinds that make no pods, or make them in their own way. */
export function templatePathOf(kind: string): readonly string[] | undefined {
  return TEMPLATE_PATHS[kind] ?? (BY_TEMPLATE.has(kind) ? ["spec", "template"] : undefined);
}

/** The pod template of a workload, or the pod itself. */
export function podTemplateOf(workload: KubernetesObject): unknown {
  return valueAt(workload, ...(TEMPLATE_PATHS[workload.kind] ?? ["spec", "template"]));
}

/** Names of the objects that a workload's pods read, as `ConfigMap name` and `Secret name`. */
export function referencesOf(workload: KubernetesObject): ReadonlySet<string> {
  const spec = valueAt(podTemplateOf(workload), "spec");
  const containers = [...listAt(spec, "initContainers"), ...listAt(spec, "containers")];
  return new Set([...containers.flatMap(ofContainer), ...listAt(spec, "volumes").flatMap(ofVolume)]);
}

function ofContainer(container: unknown): string[] {
  const whole = listAt(container, "envFrom").flatMap((source) => [
    ...named("ConfigMap", textAt(source, "configMapRef", "name")),
    ...named("Secret", textAt(source, "secretRef", "name")),
  ]);
  const keys = listAt(container, "env").flatMap((variable) => [
    ...named("ConfigMap", textAt(variable, "valueFrom", "configMapKeyRef", "name")),
    ...named("Secret", textAt(variable, "valueFrom", "secretKeyRef", "name")),
  ]);
  return [...whole, ...keys];
}

function ofVolume(volume: unknown): string[] {
  const projected = listAt(volume, "projected", "sources").flatMap((source) => [
    ...named("ConfigMap", textAt(source, "configMap", "name")),
    ...named("Secret", textAt(source, "secret", "name")),
  ]);
  return [...named("ConfigMap", textAt(volume, "configMap", "name")), ...named("Secret", textAt(volume, "secret", "secretName")), ...projected];
}

function named(kind: string, name: string | undefined): string[] {
  return name === undefined ? [] : [`${kind} ${name}`];
}

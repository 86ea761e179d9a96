/** What a pod's spec refers to by name, each with the place that does so. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { booleanAt, listAt, textAt, valueAt } from "../records/read-object.ts";

export type ReferencedKind = "ConfigMap" | "Secret" | "PersistentVolumeClaim" | "ServiceAccount" | "PriorityClass" | "RuntimeClass";

export interface Reference {
  readonly kind: ReferencedKind;
  readonly name: string;
  /** The key that has to be in it; undefined where all of it is taken. */
  readonly key?: string | undefined;
  readonly optional: boolean;
  readonly field: string;
}

/** Every reference of a pod's spec that Kubernetes resolves by name, first those without which no pod is made. */
export function referencesOf(spec: unknown): readonly Reference[] {
  const containers = ["initContainers", "containers"].flatMap((list) => listAt(spec, list).flatMap((container) => ofContainer(list, container)));
  const pullSecrets = listAt(spec, "imagePullSecrets").flatMap((ref) => named("Secret", ref, "spec.imagePullSecrets"));
  return [...ofPod(spec), ...containers, ...listAt(spec, "volumes").flatMap(ofVolume), ...pullSecrets];
}

/** Names of the claims that a pod mounts; those of ephemeral volumes are named after the pod. */
export function claimsOf(pod: KubernetesObject): readonly string[] {
  return listAt(pod, "spec", "volumes").flatMap((volume) => {
    if (valueAt(volume, "ephemeral", "volumeClaimTemplate") !== undefined) return [`${pod.metadata.name}-${textAt(volume, "name") ?? ""}`];
    return textAt(volume, "persistentVolumeClaim", "claimName") ?? [];
  });
}

function ofContainer(list: string, container: unknown): readonly Reference[] {
  const place = `spec.${list}[${textAt(container, "name") ?? ""}]`;
  const env = listAt(container, "env").flatMap((one) => {
    const field = `${place}.env[${textAt(one, "name") ?? ""}].valueFrom`;
    return [
      ...named("ConfigMap", valueAt(one, "valueFrom", "configMapKeyRef"), `${field}.configMapKeyRef`),
      ...named("Secret", valueAt(one, "valueFrom", "secretKeyRef"), `${field}.secretKeyRef`),
    ];
  });
  const envFrom = listAt(container, "envFrom").flatMap((one, index) => [
    ...named("ConfigMap", valueAt(one, "configMapRef"), `${place}.envFrom[${index}].configMapRef`),
    ...named("Secret", valueAt(one, "secretRef"), `${place}.envFrom[${index}].secretRef`),
  ]);
  return [...env, ...envFrom];
}

function named(kind: ReferencedKind, ref: unknown, field: string): readonly Reference[] {
  const name = textAt(ref, "name");
  if (name === undefined) return [];
  return [{ kind, name, key: textAt(ref, "key"), optional: booleanAt(ref, "optional") === true, field }];
}

function ofVolume(volume: unknown): readonly Reference[] {
  const place = `spec.volumes[${textAt(volume, "name") ?? ""}]`;
  const projected = listAt(volume, "projected", "sources").flatMap((source) => [
    ...withItems("ConfigMap", valueAt(source, "configMap"), `${place}.projected.configMap`),
    ...withItems("Secret", valueAt(source, "secret"), `${place}.projected.secret`),
  ]);
  const claim = textAt(volume, "persistentVolumeClaim", "claimName");
  return [
    ...withItems("ConfigMap", valueAt(volume, "configMap"), `${place}.configMap`),
    ...withItems("Secret", valueAt(volume, "secret"), `${place}.secret`),
    ...projected,
    ...(claim === undefined ? [] : [{ kind: "PersistentVolumeClaim" as const, name: claim, optional: false, field: `${place}.persistentVolumeClaim` }]),
  ];
}

/** A volume of a ConfigMap or Secret, with the keys that it picks. */
function withItems(kind: "ConfigMap" | "Secret", source: unknown, field: string): readonly Reference[] {
  const name = textAt(source, kind === "Secret" ? "secretName" : "name") ?? textAt(source, "name");
  if (name === undefined) return [];
  const optional = booleanAt(source, "optional") === true;
  const keys = listAt(source, "items").flatMap((item) => textAt(item, "key") ?? []);
  return keys.length === 0 ? [{ kind, name, optional, field }] : keys.map((key) => ({ kind, name, key, optional, field: `${field}.items` }));
}

function ofPod(spec: unknown): readonly Reference[] {
  const one = (kind: ReferencedKind, field: string): readonly Reference[] => {
    const name = textAt(spec, field);
    return name === undefined || name === "" ? [] : [{ kind, name, optional: false, field: `spec.${field}` }];
  };
  return [...one("ServiceAccount", "serviceAccountName"), ...one("PriorityClass", "priorityClassName"), ...one("RuntimeClass", "runtimeClassName")];
}

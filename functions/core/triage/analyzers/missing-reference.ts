/** Names in a pod's spec that nothing answers to, before the pod says so: the next start would fail. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import type { Finding } from "../../records/finding.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { ObjectRef } from "../../records/fields.ts";
import { makerOfSecret } from "../missing-object.ts";
import { type Reference, type ReferencedKind, referencesOf } from "../references.ts";
import { podsOf } from "../pods-of.ts";
import { booleanAt, instantAt, numberAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import type { PodView } from "../pod-view.ts";
import type { Snapshot } from "../snapshot.ts";

const CLUSTER_SCOPED: ReadonlySet<ReferencedKind> = new Set(["PriorityClass", "RuntimeClass"]);

/** What the API server makes itself, in every cluster and namespace. */
const BUILT_IN = new Set([
  "ConfigMap kube-root-ca.crt",
  "PriorityClass system-cluster-critical",
  "PriorityClass system-node-critical",
  "ServiceAccount default",
]);

/** What the missing thing breaks, by the kind that asks for it. */
const NEXT: Readonly<Record<string, string>> = { CronJob: "the next job fails", Pod: "the next start of the pod fails" };

/** Something younger may still be made by the same apply. */
const YOUNG_MS = 30_000;

/** Finds references of pods and cron jobs to what is not there; silent about kinds that nobody read. */
export const findMissingReferences: Analyzer = (snapshot) => [
  ...snapshot.pods.flatMap((pod) => ofPod(snapshot, pod)),
  ...snapshot.ofKind("CronJob").flatMap((cronJob) => ofCronJob(snapshot, cronJob)),
  ...["Deployment", "StatefulSet", "DaemonSet"].flatMap((kind) => snapshot.ofKind(kind)).flatMap((workload) => ofTemplate(snapshot, workload)),
];

function ofPod(snapshot: Snapshot, pod: PodView): readonly Finding[] {
  if (pod.phase !== "Pending" && pod.phase !== "Running") return [];
  const said = saidBy(snapshot, pod);
  const isUp = pod.phase === "Running" && pod.containers.every((container) => container.ready || container.init);
  const missing = referencesOf(valueAt(pod.object, "spec"))
    // What a pod that is up was started with was there then; only what the namespace surely lost is told.
    .filter((reference) => !(isUp && (reference.field === "spec.imagePullSecrets" || reference.kind === "ServiceAccount")))
    .filter((reference) => !said.includes(`"${reference.name}"`) && !said.includes(`/${reference.name}`));
  return told(snapshot, { object: pod.object, references: missing, strict: isUp, at: (field) => field });
}

/** What the kubelet and the scheduler have said already: those findings name the thing themselves. */
function saidBy(snapshot: Snapshot, pod: PodView): string {
  const events = snapshot.eventsOf(pod.ref).filter((event) => event.type !== "Normal");
  return [...pod.containers.map((container) => container.waiting?.message ?? ""), ...events.map((event) => event.message)].join("\n");
}

function ofCronJob(snapshot: Snapshot, cronJob: KubernetesObject): readonly Finding[] {
  if (booleanAt(cronJob, "spec", "suspend") === true) return [];
  const references = referencesOf(valueAt(cronJob, "spec", "jobTemplate", "spec", "template", "spec"));
  return told(snapshot, { object: cronJob, references, strict: true, at: (field) => `spec.jobTemplate.spec.template.${field}` });
}

/** A workload that has no pod at all: what its template asks for may be why. */
function ofTemplate(snapshot: Snapshot, workload: KubernetesObject): readonly Finding[] {
  const wanted = numberAt(workload, "spec", "replicas") ?? numberAt(workload, "status", "desiredNumberScheduled") ?? 1;
  const have = numberAt(workload, "status", "replicas") ?? numberAt(workload, "status", "currentNumberScheduled");
  if (wanted === 0 || have !== 0 || podsOf(snapshot, workload).length > 0) return [];
  const said = snapshot.eventsOf(refOf(workload)).map((event) => event.message);
  const references = referencesOf(valueAt(workload, "spec", "template", "spec")).filter(({ name }) => !said.some((message) => message.includes(`"${name}"`)));
  return told(snapshot, { object: workload, references, strict: true, at: (field) => `spec.template.${field}` });
}

interface Referring {
  readonly object: KubernetesObject;
  readonly references: readonly Reference[];
  readonly strict: boolean;
  readonly at: (field: string) => string;
}

function told(snapshot: Snapshot, { object, references, strict, at }: Referring): readonly Finding[] {
  const createdAt = instantAt(object, "metadata", "creationTimestamp");
  if (createdAt !== undefined && snapshot.now - createdAt < YOUNG_MS) return [];
  const seen = new Set<string>();
  return references.flatMap((reference) => {
    const what = missingPart(snapshot, object, { reference, strict });
    const key = `${reference.kind} ${reference.name} ${reference.key ?? ""}`;
    if (what === undefined || seen.has(key)) return [];
    seen.add(key);
    return [
      findingOf(refOf(object), {
        category: "missing-reference",
        message: `${what}; ${at(reference.field)} asks for it, so ${NEXT[object.kind] ?? "no pod of it starts"}`,
        evidence: [[at(reference.field), reference.key === undefined ? reference.name : `${reference.name}: ${reference.key}`]],
        blames: reference.kind === "Secret" ? makerOfSecret(snapshot, object.metadata.namespace, reference.name) : undefined,
      }),
    ];
  });
}

function missingPart(snapshot: Snapshot, object: KubernetesObject, { reference, strict }: { reference: Reference; strict: boolean }): string | undefined {
  const { kind, name, key, optional } = reference;
  if (optional || BUILT_IN.has(`${kind} ${name}`)) return undefined;
  const namespace = CLUSTER_SCOPED.has(kind) ? undefined : object.metadata.namespace;
  if (!wasRead(snapshot, { kind, namespace, strict })) return undefined;
  const ref: ObjectRef = { kind, name, ...(namespace !== undefined && { namespace }) };
  const found = snapshot.get(ref);
  if (!found) return `${kind} ${name} not found`;
  return key !== undefined && lacksKey(found, key) ? `${kind} ${name} has no key ${key}` : undefined;
}

/** A snapshot without any object of a kind did not look at it; what runs well is doubted only where its own namespace was read. */
function wasRead(snapshot: Snapshot, { kind, namespace, strict }: { kind: string; namespace: string | undefined; strict: boolean }): boolean {
  const objects = snapshot.ofKind(kind);
  return strict && namespace !== undefined ? objects.some((object) => object.metadata.namespace === namespace) : objects.length > 0;
}

/** One without any data was read without its contents. */
function lacksKey(object: KubernetesObject, key: string): boolean {
  const maps = ["data", "binaryData", "stringData"].map((field) => valueAt(object, field)).filter((map) => map !== null && typeof map === "object");
  const keys = maps.flatMap((map) => Object.keys(map ?? {}));
  return keys.length > 0 && !keys.includes(key) && textAt(object, "type") !== "kubernetes.io/service-account-token";
}

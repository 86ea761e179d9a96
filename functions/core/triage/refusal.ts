/** Why the API server refused to create a pod, and who to blame: what a controller repeats in `FailedCreate`. */
import type { ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, refOf, textAt } from "../records/read-object.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Refusal {
  readonly category: string;
  /** One clause: what it means. */
  readonly words: string;
  readonly blames?: ObjectRef | undefined;
}

interface Rule {
  readonly pattern: RegExp;
  readonly category: string;
  readonly words: (match: RegExpExecArray) => string;
  readonly blame?: (snapshot: Snapshot, namespace: string | undefined, match: RegExpExecArray) => ObjectRef | undefined;
}

const named =
  (kind: string) =>
  (snapshot: Snapshot, namespace: string | undefined, match: RegExpExecArray): ObjectRef | undefined => {
    const object = snapshot.get({ kind, name: match[1] ?? "", ...(namespace !== undefined && { namespace }) });
    return object && refOf(object);
  };

/** The only limit range of the namespace: the message does not name it. */
const limitRange = (snapshot: Snapshot, namespace: string | undefined): ObjectRef | undefined => {
  const [range, ...others] = snapshot.ofKind("LimitRange").filter((object) => object.metadata.namespace === namespace);
  return range && others.length === 0 ? refOf(range) : undefined;
};

/** The configuration that has a webhook of this name. */
const webhook = (snapshot: Snapshot, _: string | undefined, match: RegExpExecArray): ObjectRef | undefined => {
  const has = (object: KubernetesObject): boolean => listAt(object, "webhooks").some((one) => textAt(one, "name") === match[1]);
  const found = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"].flatMap((kind) => snapshot.ofKind(kind)).find(has);
  return found && refOf(found);
};

const RULES: readonly Rule[] = [
  {
    pattern: /exceeded quota: ([^,\s]+)/,
    category: "quota-exceeded",
    words: (match) => `the ResourceQuota ${match[1] ?? ""} is used up (exceeded quota)`,
    blame: named("ResourceQuota"),
  },
  {
    pattern: /failed quota: ([^:\s]+): must specify (.*)/s,
    category: "quota-exceeded",
    words: (match) => `the ResourceQuota ${match[1] ?? ""} demands that each container names ${match[2] ?? "its resources"}`,
  },
  {
    pattern: /violates PodSecurity "([^"]+)"/,
    category: "pod-security",
    words: (match) => `the namespace's Pod Security level ${match[1] ?? ""} forbids the pod`,
  },
  {
    pattern: /failed calling webhook "([^"]+)"/,
    category: "webhook-failed",
    words: (match) => `the admission webhook ${match[1] ?? ""} cannot be called`,
    blame: webhook,
  },
  {
    pattern: /admission webhook "([^"]+)" denied the request/,
    category: "admission-denied",
    words: (match) => `the admission webhook ${match[1] ?? ""} denies the pod`,
  },
  {
    pattern: /ValidatingAdmissionPolicy '?"?([\w.-]+)/,
    category: "admission-denied",
    words: (match) => `the ValidatingAdmissionPolicy ${match[1] ?? ""} denies the pod`,
  },
  {
    pattern: /serviceaccount "([^"]+)" not found/,
    category: "missing-reference",
    words: (match) => `the ServiceAccount ${match[1] ?? ""} is not there`,
  },
  { pattern: /PriorityClass with name (\S+) was found/, category: "missing-reference", words: (match) => `the PriorityClass ${match[1] ?? ""} is not there` },
  { pattern: /RuntimeClass "?([\w.-]+)"? not found/i, category: "missing-reference", words: (match) => `the RuntimeClass ${match[1] ?? ""} is not there` },
  {
    pattern: /(maximum|minimum) (\S+) usage per (Container|Pod)|max limit to request ratio/,
    category: "limit-range",
    words: (match) => `the namespace's LimitRange sets a ${match[1] ?? "ratio"} that the pod does not keep`,
    blame: limitRange,
  },
  {
    pattern: /unable to validate against any security context constraint/,
    category: "pod-security",
    words: () => "no security context constraint allows the pod",
  },
  { pattern: /is being terminated/, category: "replica-failure", words: () => "the namespace is being deleted" },
];

/** Tells refusals apart; what fits no rule is repeated as it stands. */
export function refusalOf(snapshot: Snapshot, namespace: string | undefined, message: string): Refusal {
  for (const { pattern, category, words, blame } of RULES) {
    const match = pattern.exec(message);
    if (match) return { category, words: words(match), blames: blame?.(snapshot, namespace, match) };
  }
  return { category: "replica-failure", words: "the API server refuses its pods" };
}

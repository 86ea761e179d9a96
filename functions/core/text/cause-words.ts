/** How a cause is told to a person: the word that Kubernetes has for it, and what to look at next. */
import type { Cause } from "../records/finding.ts";

interface Words {
  /** The word of `kubectl get` or of the condition, where Kubernetes has one. */
  readonly word?: string;
  /** What a person looks at next; `{ns}` is ` -n NAMESPACE`, `{name}` the object's name, `{kind}` its kind in lower case. */
  readonly next: string;
}

const DESCRIBE = "kubectl describe {kind} {name}{ns}";

const WORDS: Readonly<Record<string, Words>> = {
  "crash-loop": { word: "CrashLoopBackOff", next: "the last lines before the crash (kubectl logs {kind}/{name}{ns} --previous)" },
  "out-of-memory": { word: "OOMKilled", next: "the container's memory limit and what it uses before it is killed (kubectl top pod{ns})" },
  "image-pull": { word: "ImagePullBackOff", next: "the image's name and tag, and the pull secret (kubectl describe {kind} {name}{ns})" },
  "config-error": { word: "CreateContainerConfigError", next: "the ConfigMap or Secret that is named, and its keys" },
  "init-failing": { word: "Init", next: "the init container's log (kubectl logs {kind}/{name}{ns} -c INIT-CONTAINER --previous)" },
  "volume-mount": { word: "FailedMount", next: "the claim, ConfigMap or Secret that is named (kubectl describe {kind} {name}{ns})" },
  unschedulable: { word: "FailedScheduling", next: "requests, node selectors and taints (kubectl describe node)" },
  "not-ready": { word: "Unhealthy", next: "the readiness probe and what it asks (kubectl describe {kind} {name}{ns})" },
  "failed-job": { word: "BackoffLimitExceeded", next: "the log of its last pod (kubectl logs {kind}/{name}{ns})" },
  unavailable: { next: DESCRIBE },
  "sync-failed": { word: "SyncFailed", next: "the operation's message (kubectl get application {name}{ns} -o yaml)" },
  "comparison-error": { word: "ComparisonError", next: "the manifests that the repository cannot render (kubectl get application {name}{ns} -o yaml)" },
  "out-of-sync": { word: "OutOfSync", next: "what differs (argocd app diff {name})" },
  degraded: { word: "Degraded", next: "the resources that it lists (kubectl get application {name}{ns} -o yaml)" },
  missing: { word: "Missing", next: "the resources that it lists (kubectl get application {name}{ns} -o yaml)" },
};

/** The pull is tried and backs off in turn; which of the two a look meets says nothing. */
const SAME_WORD: Readonly<Record<string, string>> = { ErrImagePull: "ImagePullBackOff" };

/** One line: the object, Kubernetes' word where it is not said already, what is wrong. */
export function titleOf(cause: Cause): string {
  const word = waitingReasonOf(cause) ?? WORDS[cause.category]?.word;
  const end = cause.title.indexOf(": ");
  if (word === undefined || end < 0 || cause.title.includes(word)) return cause.title;
  return `${cause.title.slice(0, end)}: ${word}: ${cause.title.slice(end + 2)}`;
}

/** What the kubelet itself calls it, where a container waits. */
function waitingReasonOf({ category, findings }: Cause): string | undefined {
  if (category !== "image-pull" && category !== "config-error") return undefined;
  const reason = findings[0]?.evidence.find(({ field }) => field.endsWith("waiting.reason"))?.value;
  return reason === undefined || !/^[A-Za-z]{3,40}$/.test(reason) ? undefined : (SAME_WORD[reason] ?? reason);
}

/** The cause's own words, then what to look at next. */
export function detailOf(cause: Pick<Cause, "category" | "object" | "detail">): string {
  const next = WORDS[cause.category]?.next ?? DESCRIBE;
  const { kind, name, namespace } = cause.object;
  const said = next
    .replace("{kind}", kind.toLowerCase())
    .replace("{name}", name)
    .replace("{ns}", namespace === undefined ? "" : ` -n ${namespace}`);
  return `${cause.detail.replace(/[.]?$/, ".")} Look at next: ${said}`;
}

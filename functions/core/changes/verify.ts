/** What one look after a merge saw: is it applied, is the finding gone, is anything of the app worse (design 8.7, contracts 12.2). */
import { formatObject, type ObjectRef } from "../records/fields.ts";
import type { Cause, Finding } from "../records/finding.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { isSameObject } from "../records/read-object.ts";
import { appliedState } from "./applied.ts";
import { rolloutWaitsFor } from "./rollout.ts";

export interface LookInput {
  /** What the change is to cure. */
  readonly cause: Pick<Cause, "object" | "category">;
  /** The app that applies the path; undefined when none does. */
  readonly app: { readonly name: string; readonly namespace: string } | undefined;
  /** What was there before the change: root object and category. */
  readonly baseline: readonly Pick<Finding, "object" | "category">[];
  /** What a diagnosis of the cluster sees now; undefined when it could not look. */
  readonly causes: readonly Cause[] | undefined;
  readonly application: KubernetesObject | undefined;
  /** Undefined while nothing is merged: only the finding is looked at. */
  readonly mergeCommit: string | undefined;
  /** Whether the revision that Argo CD compares with is the merge commit or a descendant of it. */
  readonly isDescendant: boolean;
  /** The live workload of the cause. */
  readonly workload: KubernetesObject | undefined;
}

export interface Look {
  readonly applied: boolean;
  /** Why it is not applied yet and the deadline has to wait too: a sync window, a manual sync. */
  readonly waitingFor?: string;
  readonly finding: "present" | "gone" | "unknown";
  /** Findings of this app that were not there before. */
  readonly worse: readonly Finding[];
  /** Nothing of the app is on the move any more. */
  readonly settled: boolean;
  /** One sentence: what was seen. */
  readonly words: string;
}

/** Puts one look into the words of the verdict table. */
export function lookAtChange(input: LookInput): Look {
  const state = appliedState(input);
  const unsettled = state.applied ? (state.unsettled ?? (input.workload && rolloutWaitsFor(input.workload))) : undefined;
  const finding = findingState(input);
  const worse = worseFindings(input);
  return {
    applied: state.applied,
    ...(state.waitingFor !== undefined && { waitingFor: state.waitingFor }),
    finding,
    worse,
    settled: state.applied && unsettled === undefined,
    words: [findingWords(input, finding), input.mergeCommit === undefined ? "" : (unsettled ?? state.words), worseWords(worse)]
      .filter((part) => part !== "")
      .join("; "),
  };
}

function findingState({ cause, causes }: LookInput): Look["finding"] {
  if (!causes) return "unknown";
  const isThere = causes.some(
    (other) =>
      isSameObject(other.object, cause.object) && (other.category === cause.category || other.findings.some((finding) => finding.category === cause.category)),
  );
  return isThere ? "present" : "gone";
}

/** Pods come and go, so findings are compared by the root object of their cause. */
function worseFindings({ app, cause, causes, baseline }: LookInput): readonly Finding[] {
  const isOfApp = (other: Cause): boolean =>
    isSameObject(other.object, cause.object) || (app !== undefined && other.app?.name === app.name && other.app.namespace === app.namespace);
  const wasThere = (root: ObjectRef, category: string): boolean =>
    category === cause.category ? isSameObject(root, cause.object) || inBaseline(root, category) : inBaseline(root, category);
  const inBaseline = (root: ObjectRef, category: string): boolean => baseline.some((known) => known.category === category && isSameObject(known.object, root));
  return (causes ?? []).filter(isOfApp).flatMap((other) => other.findings.filter((finding) => !wasThere(other.object, finding.category)));
}

/** What a diagnosis holds, as the baseline of a later look: the root object of each cause with each category seen there. */
export function baselineOf(causes: readonly Cause[]): readonly Pick<Finding, "object" | "category">[] {
  const known = new Map<string, Pick<Finding, "object" | "category">>();
  for (const { object, findings } of causes) for (const { category } of findings) known.set(`${formatObject(object)} ${category}`, { object, category });
  return [...known.values()].slice(0, 200);
}

function findingWords({ cause }: LookInput, finding: Look["finding"]): string {
  const what = `${cause.category} of ${formatObject(cause.object)}`;
  if (finding === "unknown") return `whether ${what} is gone could not be seen`;
  return finding === "gone" ? `${what} is gone` : `${what} is still there`;
}

function worseWords(worse: readonly Finding[]): string {
  const [first] = worse;
  if (!first) return "";
  return `worse than before: ${formatObject(first.object)} ${first.category}${worse.length > 1 ? ` and ${worse.length - 1} more` : ""}`;
}

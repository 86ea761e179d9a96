/** Conditions as the analyzers read them: what a controller says of its object, why, and since when. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { quote } from "./finding-of.ts";
import { conditionOf, instantAt, listAt, textAt } from "../records/read-object.ts";

export interface ConditionView {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly since: number | undefined;
}

/** How long a condition may be undecided before that is trouble: longer than a slow image pull on a small machine. */
export const UNDECIDED_MS = 10 * 60_000;

/** Reads a condition out of a list of conditions, wherever that stands. */
export function viewCondition(condition: unknown): ConditionView {
  return {
    type: textAt(condition, "type") ?? "",
    status: textAt(condition, "status") ?? "",
    reason: textAt(condition, "reason") ?? "",
    message: (textAt(condition, "message") ?? "").trim(),
    since: instantAt(condition, "lastTransitionTime"),
  };
}

/** A condition of an object by its type. */
export function conditionNamed(object: KubernetesObject, type: string): ConditionView | undefined {
  const condition = conditionOf(object, type);
  return condition === undefined ? undefined : viewCondition(condition);
}

/** Every condition of an object. */
export function conditionsOf(object: KubernetesObject): readonly ConditionView[] {
  return listAt(object, "status", "conditions").map(viewCondition);
}

/** A condition that has to be True and is False, or that stays undecided too long. */
export function failingCondition(object: KubernetesObject, type: string, now: number): ConditionView | undefined {
  const condition = conditionNamed(object, type);
  if (!condition || condition.status === "True") return undefined;
  return condition.status === "False" || isOlder(condition.since, UNDECIDED_MS, now) ? condition : undefined;
}

/** Tells whether something is known to have lasted longer than a time. */
export function isOlder(since: number | undefined, ms: number, now: number): boolean {
  return since !== undefined && now - since >= ms;
}

/** What a condition says, as a person reads it: its reason and its message, where they are not the same. */
export function sayCondition({ reason, message }: ConditionView): string {
  if (message === "") return reason === "" ? "no reason given" : reason;
  return reason === "" || message.includes(reason) ? quote(message) : `${reason}: ${quote(message)}`;
}

/** Evidence of a condition. */
export function conditionEvidence(condition: ConditionView): readonly (readonly [string, string])[] {
  const field = `status.conditions[${condition.type}]`;
  return [
    [`${field}.status`, condition.status],
    [`${field}.reason`, condition.reason],
    [`${field}.message`, condition.message],
  ];
}

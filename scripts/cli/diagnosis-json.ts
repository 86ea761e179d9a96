/** The stable JSON of a diagnosis, for scripts (documented in README.md): fields are added, never changed or taken away. */
import type { Cause, Finding } from "../../functions/core/records/finding.ts";
import type { ObjectRef } from "../../functions/core/records/fields.ts";
import { detailOf, titleOf } from "../../functions/core/text/cause-words.ts";
import { forTerminal } from "../../functions/core/text/harmless.ts";

/** What is printed, whatever its form. */
export interface Answer {
  /** Causes that were asked about, the best first. */
  readonly causes: readonly Cause[];
  /** Causes of other objects. */
  readonly others: readonly Cause[];
  readonly notSeen: readonly string[];
  readonly objects: number;
  readonly now: number;
  /** What was asked about, in words; undefined for everything. */
  readonly about: string | undefined;
  /** Alerts that ask for nothing, each with the reason. */
  readonly nothingToDo: readonly { readonly alert: string; readonly reason: string }[];
}

export function diagnosisJson({ causes, others, notSeen, objects, now, nothingToDo }: Answer): object {
  return {
    causes: causes.map(causeJson),
    others: others.length,
    notSeen: notSeen.map(forTerminal),
    objects,
    now: new Date(now).toISOString(),
    ...(nothingToDo.length > 0 && { nothingToDo: nothingToDo.map(({ alert, reason }) => ({ alert: forTerminal(alert), reason: forTerminal(reason) })) }),
  };
}

function causeJson(cause: Cause): object {
  return {
    object: objectJson(cause.object),
    category: cause.category,
    title: forTerminal(titleOf(cause)),
    detail: forTerminal(detailOf(cause)),
    findings: cause.findings.map(findingJson),
    ...(cause.app && { app: { name: cause.app.name, namespace: cause.app.namespace, repoURL: forTerminal(cause.app.repoURL), path: cause.app.path } }),
  };
}

function findingJson({ object, category, message, evidence, since }: Finding): object {
  return {
    object: objectJson(object),
    category,
    message: forTerminal(message),
    evidence: evidence.map((item) => ({ field: item.field, value: forTerminal(item.value) })),
    ...(since !== undefined && { since: new Date(since).toISOString() }),
  };
}

function objectJson({ kind, namespace, name }: ObjectRef): object {
  return { kind, ...(namespace !== undefined && { namespace }), name };
}

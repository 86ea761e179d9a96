/** Which labels a selector takes: the forms of Services, of `matchLabels` and `matchExpressions`, and of node affinity. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, textAt, valueAt } from "../records/read-object.ts";

export type Labels = Readonly<Record<string, string>>;

/** Reads a map of texts; what is no text is left out. */
export function labelsAt(value: unknown, ...path: readonly string[]): Labels {
  const found = valueAt(value, ...path);
  if (found === null || typeof found !== "object") return {};
  return Object.fromEntries(Object.entries(found).flatMap(([key, text]) => (typeof text === "string" ? [[key, text]] : [])));
}

/** Tells whether labels have every pair of a plain selector. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Tells whether a `LabelSelector` takes these labels; an empty one takes everything. */
export function selects(selector: unknown, labels: Labels): boolean {
  return hasLabels(labels, labelsAt(selector, "matchLabels")) && listAt(selector, "matchExpressions").every((expression) => meets(expression, labels));
}

/** Tells whether labels meet one requirement of `matchExpressions`; an operator that is not known is taken as met. */
export function meets(expression: unknown, labels: Labels): boolean {
  const value = labels[textAt(expression, "key") ?? ""];
  const values = listAt(expression, "values");
  switch (textAt(expression, "operator")) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return Number(value) > Number(values[0]);
    case "Lt":
      return Number(value) < Number(values[0]);
    default:
      return true;
  }
}

/** Tells whether a node meets a term of node affinity, of a pod or of a volume. */
export function meetsTerm(term: unknown, { metadata }: KubernetesObject): boolean {
  const labels: Labels = { "kubernetes.io/hostname": metadata.name, ...metadata.labels };
  return (
    listAt(term, "matchExpressions").every((expression) => meets(expression, labels)) &&
    listAt(term, "matchFields").every((field) => meets(field, { "metadata.name": metadata.name }))
  );
}

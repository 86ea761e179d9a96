/** The remedy for a service whose selector matches nothing: the one label that keeps it from the one workload that it can mean. */
import { formatObject } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { refOf, valueAt } from "../../records/read-object.ts";
import { cutText } from "../finding-of.ts";
import { type Labels, labelsAt } from "../label-selector.ts";
import { mismatches, templateLabels, workloadsBeside } from "../service-selector.ts";
import type { Snapshot } from "../snapshot.ts";
import type { FieldProposal } from "./remedied.ts";
import type { Narrow } from "./suspects.ts";

/** Corrects one label, where exactly one workload of the app carries all the others and this one with another value. */
export function correctSelector(snapshot: Snapshot, service: KubernetesObject): FieldProposal {
  const name = formatObject(refOf(service));
  const selector = labelsAt(service, "spec", "selector");
  if (Object.keys(selector).length === 0) return { refusal: `${name} has no selector any more` };
  const beside = workloadsBeside(snapshot, service);
  const near = beside.filter((workload) => mismatches(selector, templateLabels(workload)).length === 1);
  const [only, ...others] = near;
  const decide = `Which workload ${name} is for, and by which labels.`;
  const said = `the selector ${formatSelector(selector)} of ${name} matches nothing`;
  if (!only)
    return { refusal: cutText(`${said}, and none of its app's workloads (${listWorkloads(beside) || "none"}) matches all but one of its labels`, 512), decide };
  if (others.length > 0)
    return { refusal: cutText(`${said}, and more than one workload matches all but one of its labels: ${listWorkloads(near)}`, 512), decide };
  const [key = ""] = mismatches(selector, templateLabels(only));
  const [from, to] = [selector[key], templateLabels(only)[key]];
  if (from === undefined || to === undefined)
    return { refusal: cutText(`${said}: the pods of ${formatObject(refOf(only))} have no label ${key}`, 512), decide };
  const because = `The selector matches nothing. The pods of ${formatObject(refOf(only))}, the only workload of the app that it can mean, carry ${key}=${to}, not ${key}=${from}.`;
  return { edit: { object: refOf(service), field: ["spec", "selector", key], from, to }, because: cutText(because, 512) };
}

/** A selector as people write it: `app=shop,tier=front`. */
function formatSelector(selector: Labels): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

function listWorkloads(workloads: readonly KubernetesObject[]): string {
  return workloads.map((workload) => formatObject(refOf(workload))).join(" and ");
}

/** The selector of a service: a commit that changed it may have broken it. */
export const SELECTOR: Narrow = {
  words: "the selector of",
  split(service) {
    const spec = valueAt(service, "spec");
    const rest = spec !== null && typeof spec === "object" ? Object.entries(spec).filter(([field]) => field !== "selector") : [];
    return { part: valueAt(service, "spec", "selector") ?? null, rest: { ...service, spec: Object.fromEntries(rest) } };
  },
};

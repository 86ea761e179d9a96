/** The remedy for an image that is not there, or not for this node's architecture: the last one that ran (design 7.1). */
import { canonicalJson } from "../../records/canonical.ts";
import type { Cause } from "../../records/finding.ts";
import { formatObject } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { isSameObject, listAt, numberAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import { cutText } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";
import type { FieldProposal } from "./remedied.ts";
import { containerField, type Troubled } from "./troubled.ts";

/** A pod template that ran, and how that is known. */
export interface RanBefore {
  readonly template: unknown;
  readonly known: string;
}

/** The newest older replica set of a Deployment that still has ready pods: its image runs right now. */
export function runningBefore(snapshot: Snapshot, workload: KubernetesObject, failing: string): RanBefore | undefined {
  const sets = snapshot
    .ofKind("ReplicaSet")
    .filter((set) => isSameObject(snapshot.rootOf(set), refOf(workload)) && (numberAt(set, "status", "readyReplicas") ?? 0) > 0)
    .filter((set) => !imagesOf(valueAt(set, "spec", "template")).includes(failing))
    .toSorted((a, b) => revisionOf(b) - revisionOf(a));
  const [set] = sets;
  return set && { template: valueAt(set, "spec", "template"), known: `the pods of ${set.metadata.name} run with it right now` };
}

function revisionOf(set: KubernetesObject): number {
  return Number(set.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}

function imagesOf(template: unknown): readonly string[] {
  return containersOf(template).flatMap((container) => textAt(container, "image") ?? []);
}

function containersOf(template: unknown): readonly unknown[] {
  return ["initContainers", "containers"].flatMap((list) => listAt(template, "spec", list));
}

export interface ImageInput {
  readonly cause: Cause;
  readonly troubled: Troubled;
  /** The template that does not run, from the same place as the one that ran, so that defaults do not tell them apart. */
  readonly template: unknown;
  readonly before: RanBefore | undefined;
  /** What is wrong with the image, as a sentence. */
  readonly trouble: string;
}

/** The image that this container had when it last ran, if nothing but the image has changed since. */
export function putBackImage({ cause, troubled, template, before, trouble }: ImageInput): FieldProposal {
  const { container } = troubled;
  const name = `container ${container.name} of ${formatObject(cause.object)}`;
  const field = containerField(cause.object.kind, container, ["image"]);
  const image = before && imageOf(before.template, container.name);
  const decide = `Which image ${container.name} is to run.`;
  if (!before || image === undefined || field === undefined)
    return { refusal: cutText(`${trouble} No image of ${name} is known to have run before.`, 512), decide };
  if (image === container.image)
    return { refusal: cutText(`${trouble} It is the same image that ran before, so putting it back changes nothing.`, 512), decide };
  if (changedBeside(before.template, template, container.name))
    return {
      refusal: cutText(`${trouble} More than the image has changed since ${image} ran, and that image has never run with the rest as it is now.`, 512),
      decide: `Whether ${image} works with the rest as it is now, or all of it has to go back.`,
    };
  return {
    edit: { object: cause.object, field, from: container.image, to: image },
    because: cutText(`${trouble} ${image} is the last that ran: ${before.known}.`, 512),
  };
}

function imageOf(template: unknown, container: string): string | undefined {
  return textAt(
    containersOf(template).find((one) => textAt(one, "name") === container),
    "image",
  );
}

/** Labels and annotations of controllers, like the hash of the template, are no change. */
function changedBeside(before: unknown, after: unknown, container: string): boolean {
  const rest = (template: unknown): string => {
    const without = (list: string): readonly unknown[] =>
      listAt(template, "spec", list).map((one) => (textAt(one, "name") === container && one !== null && typeof one === "object" ? { ...one, image: "" } : one));
    const spec = { ...(valueAt(template, "spec") as object | undefined), containers: without("containers"), initContainers: without("initContainers") };
    return canonicalJson({ spec, annotations: valueAt(template, "metadata", "annotations") ?? {} });
  };
  return rest(before) !== rest(after);
}

/** Which container of a cause is in trouble, and where its fields stand in the workload that people write. */
import type { Cause } from "../../records/finding.ts";
import type { FieldPath } from "../../records/field-path.ts";
import { isSameObject } from "../../records/read-object.ts";
import { crashOf } from "../crashing.ts";
import type { ContainerView, PodView, Termination } from "../pod-view.ts";
import type { Snapshot } from "../snapshot.ts";
import { templatePathOf } from "./references.ts";

export interface Troubled {
  readonly pod: PodView;
  readonly container: ContainerView;
}

/** Containers of a cause's pods for which this holds; the same container of several pods once. */
export function troubledContainers(snapshot: Snapshot, cause: Pick<Cause, "object">, is: (troubled: Troubled) => boolean): readonly Troubled[] {
  const found = snapshot.pods
    .filter((pod) => isSameObject(snapshot.rootOf(pod.object), cause.object))
    .flatMap((pod) => pod.containers.map((container) => ({ pod, container })))
    .filter(is);
  return [...new Map(found.map((troubled) => [troubled.container.name, troubled])).values()];
}

/** The run that shows a container crashing. */
export function crash(snapshot: Snapshot, { pod, container }: Troubled): Termination | undefined {
  return crashOf(pod, container, snapshot.now);
}

/** Where a container's field stands in its workload; undefined for kinds whose pods are not made from a template. */
export function containerField(kind: string, container: ContainerView, field: FieldPath): FieldPath | undefined {
  const template = templatePathOf(kind);
  const list = container.field.startsWith("status.initContainerStatuses") ? "initContainers" : "containers";
  return template && [...template, "spec", list, { name: container.name }, ...field];
}

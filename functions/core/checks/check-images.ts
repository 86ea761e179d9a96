/** Whether an image that a change brings in is there, and built for the nodes that may run it. */
import type { Check } from "../records/check.ts";
import { textAt } from "../records/read-object.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { nodesFor } from "../triage/node-room.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import { checked, named, notChecked, refused } from "./check-of.ts";
import { containersOf, imagesOf, podOf, type Touched } from "./touched.ts";

/** `linux/arm64` and the like; or that it is not there; or why nobody knows. */
export type ImageAnswer = { readonly platforms: readonly string[] } | { readonly missing: true } | { readonly unknown: string };

/** An image that is new, what it takes the place of, and the workload. */
export interface NewImage {
  readonly image: string;
  /** What the same container ran with so far; undefined for a new container. */
  readonly instead: string | undefined;
  readonly workload: KubernetesObject;
}

/** Each image that a change brings into a workload. */
export function newImages(touched: readonly Touched[]): readonly NewImage[] {
  return touched.flatMap(({ before, after }) => {
    const [old, pod] = [podOf(before), podOf(after)];
    const known = new Set(imagesOf(old));
    const then = new Map((old === undefined ? [] : containersOf(old)).map((container) => [textAt(container, "name"), textAt(container, "image")]));
    const fresh = (pod === undefined ? [] : containersOf(pod)).flatMap((container): NewImage[] => {
      const image = textAt(container, "image");
      return image === undefined || known.has(image) ? [] : [{ image, instead: then.get(textAt(container, "name")), workload: after }];
    });
    return [...new Map(fresh.map((one) => [one.image, one])).values()];
  });
}

/** @param answers by image: those that are new, and those they take the place of */
export function checkImages(images: readonly NewImage[], answers: ReadonlyMap<string, ImageAnswer>, snapshot: Snapshot | undefined): Check | undefined {
  if (images.length === 0) return undefined;
  const verdicts = images.map((one) => judge(one, answers, snapshot));
  const of = (end: Verdict["end"]): readonly string[] => [...new Set(verdicts.filter((verdict) => verdict.end === end).map(({ words }) => words))];
  const [wrong, unknown, well] = [of("wrong"), of("unknown"), of("well")];
  if (wrong.length > 0) return refused("images", wrong);
  if (unknown.length > 0) return notChecked("images", named([...unknown, ...well]));
  return checked("images", named(well));
}

interface Verdict {
  readonly end: "well" | "wrong" | "unknown";
  readonly words: string;
}

function judge({ image, instead, workload }: NewImage, answers: ReadonlyMap<string, ImageAnswer>, snapshot: Snapshot | undefined): Verdict {
  const answer = answers.get(image) ?? { unknown: "it was not asked for" };
  if ("unknown" in answer) return { end: "unknown", words: `${image}: ${answer.unknown}` };
  if ("missing" in answer) return { end: "wrong", words: `the registry has no ${image}` };
  const needed = platformsOfNodes(workload, snapshot);
  const built = `${image} is there, built for ${named(answer.platforms, ", ")}`;
  if (needed.length === 0) return { end: "unknown", words: `${built}; no node that takes the pod is to be seen` };
  const lacking = needed.filter((platform) => !answer.platforms.includes(platform));
  if (lacking.length === 0) return { end: "well", words: built };
  const old = instead === undefined ? undefined : answers.get(instead);
  const lackedBefore = old !== undefined && "platforms" in old ? lacking.filter((platform) => !old.platforms.includes(platform)) : [];
  const isNoWorse = lacking.length < needed.length && lackedBefore.length === lacking.length;
  const words = `${built}, and the nodes that may run it are ${named(needed, ", ")}`;
  return isNoWorse ? { end: "well", words: `${words}; the image before it had no other` } : { end: "wrong", words };
}

function platformsOfNodes(workload: KubernetesObject, snapshot: Snapshot | undefined): readonly string[] {
  const pod = podOf(workload);
  if (snapshot === undefined || pod === undefined) return [];
  const platforms = nodesFor(snapshot, pod).flatMap((node) => {
    const [os, architecture] = [textAt(node, "status", "nodeInfo", "operatingSystem"), textAt(node, "status", "nodeInfo", "architecture")];
    return architecture === undefined ? [] : [`${os ?? "linux"}/${architecture}`];
  });
  return [...new Set(platforms)];
}

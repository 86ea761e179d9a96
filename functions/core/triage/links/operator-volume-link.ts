/** Pods that wait for a volume which the storage operator's own object of that name says it cannot give. */
import { refOf } from "../../records/read-object.ts";
import { type LinkRule, wordsOf } from "./link.ts";

/** The CSI drivers name the volume, and the operator has an object of the same name. */
const NAMED = /(?:volume|PV) "?([a-z0-9][a-z0-9.-]{2,252})"?/gi;

/** Links to an operator's `Volume` that is in trouble itself. */
export const linkToOperatorVolume: LinkRule = (finding, scene) => {
  if (finding.category !== "volume-mount") return undefined;
  const names = new Set([...wordsOf(finding).matchAll(NAMED)].map(([, name]) => name));
  const volume = scene.snapshot.ofKind("Volume").find((one) => names.has(one.metadata.name) && scene.troubleOf(refOf(one)) !== undefined);
  return volume && { target: refOf(volume), shows: { category: "volume-degraded", message: "it cannot be attached", field: "status", value: "" } };
};

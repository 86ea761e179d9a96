/** Autoscalers that get no metrics because the pods that they scale are in trouble. */
import { textAt } from "../../records/read-object.ts";
import type { LinkRule } from "./link.ts";

/** Links an autoscaler to the workload that it names. */
export const linkToScaled: LinkRule = (finding, scene) => {
  const autoscaler = finding.object.kind === "HorizontalPodAutoscaler" && /metric/i.test(finding.message) ? scene.snapshot.get(finding.object) : undefined;
  const [kind, name] = [textAt(autoscaler, "spec", "scaleTargetRef", "kind"), textAt(autoscaler, "spec", "scaleTargetRef", "name")];
  if (!autoscaler || kind === undefined || name === undefined) return undefined;
  const { namespace } = autoscaler.metadata;
  const trouble = scene.troubleOf({ kind, name, ...(namespace !== undefined && { namespace }) });
  return (
    trouble && { target: trouble.root, shows: { category: "unavailable", message: "none of its pods gives metrics", field: "status", value: finding.message } }
  );
};

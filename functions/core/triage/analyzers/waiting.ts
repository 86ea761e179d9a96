/** Containers that cannot be created: the kubelet names the reason, and it stays until somebody acts. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import type { ContainerView } from "../pod-view.ts";

const PULL_REASONS = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);
const CONFIG_REASONS = new Set(["CreateContainerConfigError", "CreateContainerError"]);

/** Finds images that cannot be pulled. */
export const findImagePullFailures: Analyzer = findWaiting({
  category: "image-pull",
  reasons: PULL_REASONS,
  describe: (container) => `the image ${container.image} of container ${container.name} cannot be pulled`,
});

/** Finds containers whose configuration is incomplete: a missing ConfigMap, Secret or key. */
export const findConfigErrors: Analyzer = findWaiting({
  category: "config-error",
  reasons: CONFIG_REASONS,
  describe: (container) => `container ${container.name} cannot be created`,
});

interface Waiting {
  readonly category: string;
  readonly reasons: ReadonlySet<string>;
  readonly describe: (container: ContainerView) => string;
}

function findWaiting({ category, reasons, describe }: Waiting): Analyzer {
  return (snapshot) =>
    snapshot.pods.flatMap((pod) =>
      pod.containers.flatMap((container) => {
        const { waiting } = container;
        if (!waiting || !reasons.has(waiting.reason)) return [];
        return [
          findingOf(pod.ref, {
            category,
            message: `${describe(container)}: ${waiting.message ?? waiting.reason}`,
            evidence: [
              [`${container.field}.state.waiting.reason`, waiting.reason],
              [`${container.field}.state.waiting.message`, waiting.message],
            ],
            since: pod.createdAt,
          }),
        ];
      }),
    );
}

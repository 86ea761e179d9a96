/** Images that cannot be pulled, told apart by the registry's answer. */
import { type Analyzer, findingOf } from "../finding-of.ts";
import { eventsOfPod, isAbout } from "../pod-events.ts";
import type { ContainerView, PodView } from "../pod-view.ts";
import { isAboutAccess, pullFailure } from "../pull-failure.ts";
import type { Snapshot } from "../snapshot.ts";

const PULL_REASONS = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);

/** Finds images that cannot be pulled. */
export const findImagePullFailures: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const { waiting } = container;
      if (!waiting || !PULL_REASONS.has(waiting.reason)) return [];
      const said = saidOf(snapshot, pod, container);
      const why = pullFailure(waiting.reason, said);
      return [
        findingOf(pod.ref, {
          category: "image-pull",
          message: `${waiting.reason}: ${container.role} ${container.name} cannot pull the image ${container.image}: ${[why, missingSecret(snapshot, pod, said), said].filter(Boolean).join("; ")}`,
          evidence: [
            [`${container.field}.state.waiting.reason`, waiting.reason],
            [`${container.field}.state.waiting.message`, waiting.message],
            ["Event Failed", said === waiting.message ? undefined : said],
          ],
          since: pod.createdAt,
        }),
      ];
    }),
  );

/** Kubelets before 1.30 do not repeat the registry's answer in the state while they back off: the Event has it. */
function saidOf(snapshot: Snapshot, pod: PodView, container: ContainerView): string {
  const message = container.waiting?.message ?? "";
  if (message !== "" && !/^Back-off pulling image "[^"]*"$/.test(message)) return message;
  const failed = eventsOfPod(snapshot, pod).findLast(
    (event) =>
      event.reason === "Failed" &&
      event.message.startsWith("Failed to pull image") &&
      (isAbout(event, container.name) || event.message.includes(`"${container.image}"`)),
  );
  return failed?.message ?? message;
}

/** The kubelet tries without a pull secret that is not there, and the registry's refusal is all that is seen. */
function missingSecret(snapshot: Snapshot, pod: PodView, said: string): string | undefined {
  if (!isAboutAccess(said)) return undefined;
  const event = eventsOfPod(snapshot, pod).findLast((one) => one.reason === "FailedToRetrieveImagePullSecret");
  const names = event === undefined ? undefined : /\(([^)]+)\)/.exec(event.message)?.[1];
  return names === undefined ? undefined : `the pull secret ${names} cannot be read (FailedToRetrieveImagePullSecret)`;
}

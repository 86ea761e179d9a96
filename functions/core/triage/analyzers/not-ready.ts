/** Containers that run but do not pass their readiness probe, so that they get no traffic. */
import { crashOf } from "../crashing.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";

/** A container may take this long to become ready before it is called trouble; slow starters have a startup probe. */
const STARTING_MS = 60_000;

/** Finds containers that run and stay unready; crashing ones are told by their crashes. */
export const findNotReady: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const { runningSince } = container;
      const isTrouble = !container.init && !container.ready && runningSince !== undefined && snapshot.now - runningSince >= STARTING_MS;
      if (!isTrouble || crashOf(pod, container, snapshot.now)) return [];
      const probe = snapshot
        .eventsOf(pod.ref)
        .filter((event) => event.reason === "Unhealthy" && !event.message.startsWith("Liveness"))
        .at(-1)?.message;
      return [
        findingOf(pod.ref, {
          category: "not-ready",
          message: `container ${container.name} runs but is not ready${probe === undefined ? "" : `: ${probe}`}`,
          evidence: [
            [`${container.field}.ready`, "false"],
            ["Event Unhealthy", probe],
          ],
          since: runningSince,
        }),
      ];
    }),
  );

/** Sends what a recording sent to a local broker, and lists in what the broker differed from Knative's. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createBroker } from "../../../functions/core/local/broker/broker.ts";
import type { ManifestFile } from "../../../functions/core/local/broker/topology.ts";
import { compareDeliveries, headersOf, isClose, sizeOf } from "./compare.ts";
import { filterMatrix, type Recording } from "./recordings.ts";
import { scriptSubscriber } from "./scripted-subscriber.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const START = Date.parse("2026-11-25T08:05:43.895Z");

/** Longest that a scenario takes: nobody waits longer than the sender of the loops did. */
const LIMIT_MS = 121_000;

const MANIFESTS = fileURLToPath(new URL("manifests.yaml", import.meta.url));

/** In the cluster, the annotation stood on the channel from its creation. */
const ASYNC_SCENARIOS: ReadonlySet<string> = new Set(["F06-async-slow-after-restart", "F07-async-fail-after-restart"]);

/** The manifests that the recordings were made with. */
export function recordedManifests(): readonly ManifestFile[] {
  const triggers = Object.entries(filterMatrix())
    .filter(([, spec]) => !JSON.stringify(spec).includes("cesql"))
    .map(([name, spec]) => triggerOf(name, { ...spec, broker: "filters", subscriber: { uri: `http://127.0.0.1:9600/f/${name.slice("f-".length)}` } }));
  return [{ path: "manifests.yaml", text: readFileSync(MANIFESTS, "utf8") }, ...triggers];
}

/** A Trigger as a manifest file. */
export function triggerOf(name: string, spec: Readonly<Record<string, unknown>>): ManifestFile {
  return {
    path: `${name}.yaml`,
    text: JSON.stringify({ apiVersion: "eventing.knative.dev/v1", kind: "Trigger", metadata: { name, namespace: "kntest" }, spec }),
  };
}

/** @returns each difference in words; none where the local broker did the same */
export async function replay(recording: Recording): Promise<readonly string[]> {
  const clock = createVirtualClock(START);
  const subscriber = scriptSubscriber(recording, clock);
  const broker = createBroker({
    manifests: manifestsFor(recording),
    clock,
    minuteMs: 60_000,
    random: () => 0,
    deliver: () => Promise.reject(new Error("there is no service")),
    callOutside: subscriber.call,
  });
  let answer: Answer | undefined;
  void broker.handle(requestOf(recording)).then((response) => (answer = { response, ms: clock.now() - START }));
  const gaveUp = recording.ingressResponse.status === undefined;
  await (gaveUp ? clock.runFor(recording.ingressResponse.ms) : clock.runUntil(() => answer !== undefined && broker.pending() === 0, LIMIT_MS));
  const body = await answer?.response.text();
  return [
    ...compareAnswer(recording, answer),
    ...(body === undefined || body === recording.ingressResponse.body ? [] : [`answer's body: ${body}`]),
    ...compareDeliveries(recording.received, subscriber.seen),
  ];
}

function manifestsFor({ scenario }: Recording): readonly ManifestFile[] {
  const manifests = recordedManifests();
  if (!ASYNC_SCENARIOS.has(scenario)) return manifests;
  return manifests.map(({ path, text }) => ({
    path,
    text: text.replaceAll(
      "namespace: kntest }\nspec:\n  config",
      'namespace: kntest, annotations: { messaging.knative.dev/async-handler: "true" } }\nspec:\n  config',
    ),
  }));
}

function requestOf({ sent }: Recording): Request {
  const { method } = sent;
  const size = sizeOf(sent.body);
  const body = Buffer.from(size === undefined ? sent.body : JSON.stringify("x".repeat(size - 2)));
  return new Request(`http://broker-ingress${sent.path}`, { method, headers: sent.headers, ...(method !== "GET" && method !== "HEAD" && { body }) });
}

interface Answer {
  readonly response: Response;
  readonly ms: number;
}

function compareAnswer({ sent, ingressResponse: recorded }: Recording, answer: Answer | undefined): readonly string[] {
  if (recorded.status !== answer?.response.status) return [`answer: ${recorded.status ?? "none"} recorded, ${answer?.response.status ?? "none"} here`];
  if (!answer) return [];
  const [there, here] = [headersOf(recorded.headers), headersOf([...answer.response.headers])].map((headers) => JSON.stringify(headers));
  const late = sizeOf(sent.body) === undefined && !isClose(recorded.ms, answer.ms);
  return [
    ...(there === here ? [] : [`answer's headers: ${there} recorded, ${here} here`]),
    ...(late ? [`answered after: ${recorded.ms} ms recorded, ${answer.ms} ms here`] : []),
  ];
}

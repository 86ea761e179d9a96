/** What to do about an image: wait where the registry only wants patience, put the last one back that ran where this one is not there for us. */
import type { Cluster } from "../ports/cluster.ts";
import type { Cause } from "../records/finding.ts";
import { formatObject } from "../records/fields.ts";
import { textAt, valueAt } from "../records/read-object.ts";
import { cutText } from "../triage/finding-of.ts";
import { deployWindow, short, troubleSince } from "../triage/remedies/deploy-history.ts";
import { putBackImage, type RanBefore, runningBefore } from "../triage/remedies/last-image.ts";
import { pullAnswer, pullWords } from "../triage/remedies/pull-answer.ts";
import { podTemplateOf } from "../triage/remedies/references.ts";
import type { Remedied } from "../triage/remedies/remedied.ts";
import { findObject } from "../triage/remedies/suspects.ts";
import { type Troubled, troubledContainers } from "../triage/remedies/troubled.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import { type AppSource, objectsAt } from "./app-source.ts";
import { editRemedy, type SourcePorts } from "./edit-remedy.ts";
import type { ToolPorts } from "./tool.ts";

/** Docker Hub counts pulls of six hours. */
const RATE_LIMIT_WORDS =
  "The registry takes no more pulls from this address for now (rate limit). That passes by itself, and the kubelet tries again, so I change nothing, look again until it has, and say so here. Logging in to the registry (a pull secret) or a mirror keeps it from coming back.";

/** By what the registry answered. @throws Unavailable, Refused */
export async function pullRemedy(
  cause: Cause,
  snapshot: Snapshot,
  { source, ...ports }: Pick<ToolPorts, "git" | "renderer"> & { source: AppSource | { readonly refusal: string } },
): Promise<Remedied> {
  const [troubled] = troubledContainers(snapshot, cause, ({ container }) => container.waiting?.reason.includes("Image") === true);
  if (!troubled) return { refusal: `which image of ${formatObject(cause.object)} cannot be pulled is not to be seen any more` };
  const { pod, container } = troubled;
  const answer = pullAnswer(pullWords(snapshot, pod, container));
  if (answer === "rate-limited") return { wait: RATE_LIMIT_WORDS };
  if (answer === "denied")
    return {
      refusal: `the registry refuses to give ${container.image} to us: that it is missing is not sure, so no other image is put back`,
      decide: `Whether ${container.image} exists, and with which pull secret it may be pulled.`,
    };
  if (answer === "unclear")
    return {
      refusal: `whether ${container.image} is missing cannot be told from what the registry answered, so no other image is put back`,
      decide: "Whether the registry and the way to it are well.",
    };
  if ("refusal" in source) return source;
  const trouble = answer === "not-found" ? `The registry does not have ${container.image}.` : `${container.image} is not built for the node's architecture.`;
  return await lastImageRemedy({ cause, troubled, trouble }, snapshot, { ...ports, source });
}

interface ImageTrouble {
  readonly cause: Cause;
  readonly troubled: Troubled;
  readonly trouble: string;
}

/** The last image that ran, by its pods that still run, else by the deploy before the trouble. @throws Unavailable, Refused */
export async function lastImageRemedy({ cause, troubled, trouble }: ImageTrouble, snapshot: Snapshot, given: SourcePorts): Promise<Remedied> {
  const live = snapshot.get(cause.object);
  const running = live && runningBefore(snapshot, live, troubled.container.image);
  const template: unknown = live && valueAt(live, "spec", "template");
  const known = running ? { before: running, template } : await deployedBefore(cause, given);
  return await editRemedy(given, putBackImage({ cause, troubled, trouble, ...known }));
}

/** Both templates out of Git: the one of the last healthy deploy, and today's. */
async function deployedBefore(cause: Cause, given: SourcePorts): Promise<{ readonly before: RanBefore | undefined; readonly template: unknown }> {
  const window = deployWindow(given.source.application, troubleSince(cause, given.source.application));
  if ("refusal" in window) return { before: undefined, template: undefined };
  const templateAt = async (commit: string): Promise<unknown> => {
    const declared = findObject(await objectsAt(given, given.source, commit), cause.object);
    return declared && podTemplateOf(declared);
  };
  const [then, today] = [await templateAt(window.lastHealthy), await templateAt(window.current)];
  const known = `it was deployed with ${short(window.lastHealthy)}, before the trouble began`;
  return { before: then === undefined ? undefined : { template: then, known }, template: today };
}

const EXEC_FORMAT_ERROR = "exec format error";
const LOG_LINES = 20;

/** The line of its log, or of the runtime, that says that the program is built for another CPU; undefined where nothing says so. @throws Unavailable */
export async function wrongArchitecture({ pod, container }: Troubled, cluster: Pick<Cluster, "logs">): Promise<string | undefined> {
  const logs = [false, true].map((previous) => cluster.logs(pod.ref, { container: container.name, previous, lines: LOG_LINES }));
  const ends = [container.terminated, container.lastTerminated].map((end) => end?.message);
  const said = [...(await Promise.all(logs)), ...ends].join("\n");
  const line = said.split("\n").find((one) => one.includes(EXEC_FORMAT_ERROR));
  return line === undefined ? undefined : cutText(line.trim(), 200);
}

/** The architecture of the node that a pod runs on; empty where it is not known. */
export function architectureOf(snapshot: Snapshot, { pod }: Troubled): string {
  const node = textAt(pod.object, "spec", "nodeName");
  return (node === undefined ? undefined : textAt(snapshot.get({ kind: "Node", name: node }), "status", "nodeInfo", "architecture")) ?? "";
}

/** Liveness and startup probes that kill a container which runs: what they said, and the one port that they could mean (design 7.1). */
import type { Cause } from "../../records/finding.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { formatField } from "../../records/field-path.ts";
import { listAt, numberAt, textAt, valueAt } from "../../records/read-object.ts";
import { probeKill } from "../crashing.ts";
import { cutText } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";
import { templatePathOf } from "./references.ts";
import type { FieldProposal } from "./remedied.ts";
import type { Narrow } from "./suspects.ts";
import { containerField, type Troubled } from "./troubled.ts";

/** What a probe that killed last said, by the field of the container that declares it. */
export interface ProbeKill {
  readonly probe: "livenessProbe" | "startupProbe";
  readonly said: string;
}

/** The kubelet's own word that it ended the container for a probe. */
export function killedBy(snapshot: Snapshot, { pod, container }: Troubled): ProbeKill | undefined {
  const kill = probeKill(snapshot, pod, container);
  return kill && { probe: `${kill.probe}Probe`, said: kill.said };
}

/** The probe and the ports of one container: a commit that changed them may have made the probe ask at the wrong place. */
export function probeOf(kind: string, { container }: Troubled, { probe }: ProbeKill): Narrow {
  const template = templatePathOf(kind) ?? [];
  const parts = ["ports", probe];
  return {
    words: `the ${probe} or the ports of container ${container.name} of`,
    split(workload: KubernetesObject) {
      const containers = listAt(workload, ...template, "spec", "containers");
      const own = containers.find((one) => textAt(one, "name") === container.name);
      return {
        part: parts.map((name) => valueAt(own, name) ?? null),
        rest: blank(workload, [...template, "spec", "containers"], (one) => omit(one, container.name, parts)),
      };
    },
  };
}

function omit(container: unknown, name: string, fields: readonly string[]): unknown {
  if (textAt(container, "name") !== name || container === null || typeof container !== "object") return container;
  return Object.fromEntries(Object.entries(container).filter(([field]) => !fields.includes(field)));
}

/** A copy in which the items of one list are replaced. */
function blank(value: unknown, path: readonly string[], replace: (item: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return Array.isArray(value) ? value.map(replace) : value;
  return value !== null && typeof value === "object" && step in value ? { ...value, [step]: blank(Reflect.get(value, step), rest, replace) } : value;
}

/** The one declared port, where the probe asks at a port that the container does not declare. */
export function correctPort(cause: Cause, { container }: Troubled, { probe, said }: ProbeKill): FieldProposal {
  const ports = listAt(container.spec, "ports");
  const handler = ["httpGet", "tcpSocket", "grpc"].find((name) => valueAt(container.spec, probe, name) !== undefined);
  const asked = handler === undefined ? undefined : (numberAt(container.spec, probe, handler, "port") ?? textAt(container.spec, probe, handler, "port"));
  const decide = `Where ${container.name} really answers, and what its ${probe} has to ask.`;
  if (handler === undefined || asked === undefined)
    return { refusal: `the ${probe} of container ${container.name} kills it (${said}), and asks no port`, decide };
  const isDeclared = ports.some((port) => numberAt(port, "containerPort") === asked || textAt(port, "name") === asked);
  if (isDeclared)
    return { refusal: cutText(`the ${probe} of container ${container.name} kills it (${said}), and port ${asked} is one that it declares`, 512), decide };
  const declared = ports.flatMap((port) => numberAt(port, "containerPort") ?? []);
  const [only] = declared;
  const field = containerField(cause.object.kind, container, [probe, handler, "port"]);
  if (only === undefined || declared.length > 1 || field === undefined)
    return {
      refusal: cutText(
        `the ${probe} of container ${container.name} asks port ${asked}, which it does not declare, and ${only === undefined ? "it declares none" : `it declares several (${declared.join(", ")})`}`,
        512,
      ),
      decide,
    };
  const because = `The ${probe} kills the container (${said}). It asks port ${asked}, and ${only} is the only port that the container declares: ${formatField(field)} is corrected.`;
  return { edit: { object: cause.object, field, from: asked, to: only }, because: cutText(because, 512) };
}

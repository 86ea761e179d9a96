/** What a failing probe says, and whether it asks at a port that the container does not serve. */
import type { ContainerView } from "./pod-view.ts";
import { listAt, numberAt, textAt, valueAt } from "../records/read-object.ts";

export type ProbeKind = "liveness" | "readiness" | "startup";

const FIELDS: Readonly<Record<ProbeKind, string>> = { liveness: "livenessProbe", readiness: "readinessProbe", startup: "startupProbe" };

/** Answers that mean that nobody listens; a wrong answer or a timeout has another reason than the port. */
const NOBODY_LISTENS = /connection refused|couldn't find port|connect: no route|strconv\.|invalid syntax/i;

/** Says so when the probe's port is no port of the container: ` (the probe asks port 8081, the container has 8080)`. */
export function portHint(container: ContainerView, probe: ProbeKind, said: string): string {
  const port = portOfProbe(container, probe);
  const ports = listAt(container.spec, "ports");
  if (port === undefined || !NOBODY_LISTENS.test(said)) return "";
  const isKnown = ports.some((one) => numberAt(one, "containerPort") === port || textAt(one, "name") === port);
  if (isKnown) return "";
  const known = ports.flatMap((one) => numberAt(one, "containerPort") ?? []).join(", ");
  if (known === "") return typeof port === "string" ? ` (the container has no port named ${port})` : "";
  return ` (wrong port? The probe asks port ${port}, the container declares ${known})`;
}

/** Tells whether the container has such a probe. */
export function hasProbe(container: ContainerView, probe: ProbeKind): boolean {
  return valueAt(container.spec, FIELDS[probe]) !== undefined;
}

function portOfProbe(container: ContainerView, probe: ProbeKind): number | string | undefined {
  const spec = valueAt(container.spec, FIELDS[probe]);
  for (const handler of ["httpGet", "tcpSocket", "grpc"]) {
    const port = numberAt(spec, handler, "port") ?? textAt(spec, handler, "port");
    if (port !== undefined) return port;
  }
  return undefined;
}

/** What is wrong with the Service that something else calls, in words that fit each caller. */
import type { ObjectRef } from "../records/fields.ts";
import { formatObject } from "../records/fields.ts";
import { listAt, numberAt, refOf, textAt } from "../records/read-object.ts";
import { findObject } from "./find-at.ts";
import { backEndOf, SERVICE } from "./service-back-end.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Call {
  readonly namespace: string;
  readonly name: string;
  /** Name or number of the Service's port; undefined where the caller names none. */
  readonly port?: string | number | undefined;
}

export interface BackEndTrouble {
  readonly kind: "missing" | "port" | "unready";
  /** Words to put after the caller: `Service web/shop does not exist`. */
  readonly words: string;
  /** Whom to blame where the Service stands but nobody answers. */
  readonly blames?: ObjectRef;
}

/** Looks at the Service of a call; undefined where it is well, or cannot be judged. */
export function troubleOfCall(snapshot: Snapshot, call: Call): BackEndTrouble | undefined {
  const { namespace, name, port } = call;
  const backEnd = backEndOf(snapshot, namespace, name);
  const place = `Service ${namespace}/${name}`;
  if (backEnd.state === "missing") return { kind: "missing", words: `${place} does not exist` };
  const service = findObject(snapshot, SERVICE, { namespace, name });
  const ports = listAt(service, "spec", "ports");
  const hasPort = ports.some((one) => textAt(one, "name") === port || numberAt(one, "port") === port);
  if (service && port !== undefined && ports.length > 0 && !hasPort && textAt(service, "spec", "type") !== "ExternalName") {
    const there = ports.map((one) => [textAt(one, "name"), numberAt(one, "port")].filter((part) => part !== undefined).join(" "));
    return { kind: "port", words: `${place} has no port ${port}; it has ${there.join(", ")}` };
  }
  if (backEnd.state !== "no-pods" && backEnd.state !== "no-ready-pods") return undefined;
  const why = backEnd.state === "no-pods" ? "selects no pod" : `has no ready pod (${formatObject(backEnd.blames)})`;
  return { kind: "unready", words: `${place} ${why}`, blames: backEnd.state === "no-pods" ? refOf(backEnd.service) : backEnd.blames };
}

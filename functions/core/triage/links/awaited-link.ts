/** Init containers that wait for a Service by its name: what is wrong with that Service is why the pod does not start. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, refOf, textAt } from "../../records/read-object.ts";
import { workloadBehind } from "./back-ends.ts";
import { scaledToZero } from "./dependency-link.ts";
import type { LinkRule } from "./link.ts";

/** Words of a command that may be names: `until nc -z db 5432`, `http://api.web:8080/healthz`. */
const NAMES = /[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9-]{1,63})*/g;

/** A command that is longer than this is a script that does more than wait. */
const MAX_COMMAND = 2_000;

/** Links to the Service that an endless init container's command or environment names and that is in trouble, or to what is behind it. */
export const linkToAwaited: LinkRule = (finding, scene) => {
  const pod = finding.category === "init-failing" && finding.message.includes("without ending") ? scene.snapshot.get(finding.object) : undefined;
  if (!pod) return undefined;
  for (const service of servicesNamed(commandsOf(pod), pod, scene.snapshot)) {
    const target = workloadBehind(service, scene) ?? (scene.troubleOf(refOf(service)) && refOf(service));
    const shows = { category: "unavailable", message: "none of its pods serves", field: "status", value: "" };
    const link = target ? { target, shows } : scaledToZero(service, scene);
    if (link) return link;
  }
  return undefined;
};

function commandsOf(pod: KubernetesObject): string {
  const texts = listAt(pod, "spec", "initContainers").flatMap((container) => [
    ...listAt(container, "command"),
    ...listAt(container, "args"),
    ...listAt(container, "env").map((variable) => textAt(variable, "value")),
  ]);
  return texts
    .filter((text) => typeof text === "string")
    .join(" ")
    .slice(0, MAX_COMMAND);
}

function servicesNamed(text: string, pod: KubernetesObject, snapshot: Parameters<LinkRule>[1]["snapshot"]): readonly KubernetesObject[] {
  const names = new Set(text.toLowerCase().match(NAMES));
  return [...names].flatMap((host) => {
    const [name = "", place = pod.metadata.namespace ?? "", kind = "svc"] = host.split(".");
    return (kind === "svc" ? snapshot.get({ apiVersion: "v1", kind: "Service", namespace: place, name }) : undefined) ?? [];
  });
}

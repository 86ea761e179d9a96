/** Gathers the objects of a look, wherever they come from: redacted at once, each once, with the newest time that they tell. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { POD_LOG_KIND } from "../../records/pod-log.ts";
import { groupOf } from "../../records/read-object.ts";
import { createKnownInText } from "../../text/known-in-text.ts";
import { mapTexts, redactObject } from "../../text/redact-object.ts";
import { newestTime } from "./newest-time.ts";

/** Most objects that are kept: far more than a cluster of a few nodes has. */
const MAX_OBJECTS = 500_000;

export interface ObjectGathering {
  take(object: KubernetesObject): void;
  /** Notes a time that something else tells: a log's line, a dump. */
  noteTime(at: number): void;
  /** True when there was no room for all. */
  readonly full: boolean;
  readonly newestAt: number | undefined;
  /** The pods so far: logs are matched to them. */
  pods(): readonly KubernetesObject[];
  /** Everything, without the secrets that any of it gave away. */
  finish(): readonly KubernetesObject[];
}

export function gatherObjects(): ObjectGathering {
  const known = createKnownInText();
  const objects = new Map<string, KubernetesObject>();
  let newestAt: number | undefined;
  let full = false;
  const noteTime = (at: number | undefined): void => {
    if (at !== undefined && (newestAt === undefined || at > newestAt)) newestAt = at;
  };
  return {
    noteTime,
    get full() {
      return full;
    },
    get newestAt() {
      return newestAt;
    },
    take(object) {
      noteTime(newestTime(object));
      const key = keyOf(object);
      const other = objects.get(key);
      if (!other && objects.size >= MAX_OBJECTS) full = true;
      else if (!other || versionOf(object) >= versionOf(other))
        objects.set(
          key,
          redactObject(object, (secret) => known.add(secret)),
        );
    },
    pods: () => [...objects.values()].filter((object) => object.kind === "Pod"),
    finish: () => [...objects.values()].map((object) => (known.any() ? mapTexts(object, (text) => known.blank(text)) : object)),
  };
}

/** One object may stand in several files (`get all`, `get pods`), or have been saved twice; the newer one counts. */
function keyOf(object: KubernetesObject): string {
  const { namespace, name } = object.metadata;
  const run = object.kind === POD_LOG_KIND ? `/${String(object["container"])}/${String(object["previous"])}` : "";
  return `${groupOf(object.apiVersion)}/${object.kind}/${namespace ?? ""}/${name}${run}`;
}

function versionOf(object: KubernetesObject): number {
  const version = Number(object.metadata.resourceVersion);
  return Number.isNaN(version) ? 0 : version;
}

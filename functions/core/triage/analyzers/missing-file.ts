/** Programs that do not find a file which a ConfigMap or Secret should have put there: the key has another name. */
import { crashOf } from "../crashing.ts";
import { findObject } from "../find-at.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import { logsOf } from "../log-line.ts";
import type { ContainerView, PodView } from "../pod-view.ts";
import type { Snapshot } from "../snapshot.ts";
import { listAt, textAt, valueAt } from "../../records/read-object.ts";

/** Words of programs that miss a file, on the line that names it. */
const MISSING = /no such file|ENOENT|not found|does not exist|cannot open|can't open|could not open|FileNotFound|unable to (?:open|read|load)/i;
const PATHS = /(?<![\w.+-])\/[\w.@+-]+(?:\/[\w.@+-]+)+/g;

/** Lines of a log that are read, and keys that are named. */
const MAX_LINES = 200;
const MAX_KEYS = 6;

/** Finds crashes whose log misses a file right under a mount that has others. */
export const findMissingFiles: Analyzer = (snapshot) =>
  snapshot.pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      if (!crashOf(pod, container, snapshot.now)) return [];
      const missed = missedPaths(logsOf(snapshot, pod, container.name));
      const found = configMounts(snapshot, pod, container).flatMap((mount) => missed.flatMap((path) => lackOf(mount, path)));
      return found.slice(0, 1).map(({ mount, path, file }) =>
        findingOf(pod.ref, {
          category: "missing-reference",
          message: `${container.role} ${container.name} does not find ${path}: ${mount.source}, mounted at ${mount.at}, has no file ${file}; it has ${mount.files.slice(0, MAX_KEYS).join(", ")}`,
          evidence: [["log", `${path} is missing`]],
          since: pod.createdAt,
        }),
      );
    }),
  );

function missedPaths(log: string): readonly string[] {
  const lines = log.split("\n").slice(-MAX_LINES);
  return [...new Set(lines.filter((line) => MISSING.test(line)).flatMap((line) => line.match(PATHS) ?? []))];
}

interface ConfigMount {
  /** `ConfigMap web/settings`. */
  readonly source: string;
  readonly at: string;
  readonly files: readonly string[];
}

function lackOf(mount: ConfigMount, path: string): readonly { readonly mount: ConfigMount; readonly path: string; readonly file: string }[] {
  const file = path.startsWith(`${mount.at}/`) ? path.slice(mount.at.length + 1) : "";
  return file === "" || file.includes("/") || mount.files.length === 0 || mount.files.includes(file) ? [] : [{ mount, path, file }];
}

/** Whole ConfigMaps and Secrets that the container has mounted; a single file by `subPath` and a projection of several hide nothing that could be named. */
function configMounts(snapshot: Snapshot, pod: PodView, container: ContainerView): readonly ConfigMount[] {
  const volumes = listAt(pod.object, "spec", "volumes");
  return listAt(container.spec, "volumeMounts").flatMap((mount) => {
    const volume = volumes.find((one) => textAt(one, "name") === textAt(mount, "name"));
    const at = (textAt(mount, "mountPath") ?? "").replace(/\/+$/, "");
    if (textAt(mount, "subPath") !== undefined || at === "") return [];
    return sourceOf(snapshot, pod, volume).map(({ source, files }) => ({ source, files, at }));
  });
}

function sourceOf(snapshot: Snapshot, pod: PodView, volume: unknown): readonly Pick<ConfigMount, "source" | "files">[] {
  const kind = valueAt(volume, "configMap") === undefined ? "Secret" : "ConfigMap";
  const name = textAt(volume, "configMap", "name") ?? textAt(volume, "secret", "secretName");
  if (name === undefined) return [];
  const { namespace } = pod.ref;
  const object = findObject(snapshot, { group: "", kind }, { name, namespace });
  const keys = ["data", "binaryData"].flatMap((field) => Object.keys(valueAt(object, field) ?? {}));
  const items = listAt(volume, kind === "Secret" ? "secret" : "configMap", "items").map((item) => textAt(item, "path") ?? "");
  return [{ source: `${kind} ${namespace ?? ""}/${name}`, files: items.length > 0 ? items : keys }];
}

/** What a kustomization or a chart reads beside its own directory, and what it would fetch or run. */
import { listAt, textAt, valueAt } from "./read-object.ts";
import { parseYaml } from "./safe-yaml.ts";

export const KUSTOMIZATION_NAMES = ["kustomization.yaml", "kustomization.yml", "Kustomization"] as const;

/** Fields of a kustomization that run something, or read what we do not follow. */
const RUNS_CODE = [
  "helmCharts",
  "helmGlobals",
  "helmChartInflationGenerator",
  "generators",
  "transformers",
  "validators",
  "openapi",
  "configurations",
] as const;
const REMOTE = /^(?:[a-z][a-z0-9+.-]*:|git@|git::|github\.com|gitlab\.com|bitbucket\.org)|\?ref=|\/\/|\.git$/i;

/** Would it be fetched from elsewhere? */
export function isRemote(reference: string): boolean {
  return REMOTE.test(reference);
}

export interface References {
  /** Paths relative to the kustomization's directory: files, or directories with a kustomization of their own. */
  readonly local: readonly string[];
  /** Why it is not built here: it would fetch or run something. */
  readonly refusal?: string;
}

/** Reads what a kustomization refers to. */
export function referencesOf(path: string, text: string): References {
  const parsed = parseYaml(text);
  if ("problem" in parsed) return { local: [], refusal: `${path}:${parsed.problem.line}:${parsed.problem.col}: ${parsed.problem.message}` };
  const kustomization = parsed.documents[0]?.value;
  const runs = RUNS_CODE.find((field) => valueAt(kustomization, field) !== undefined);
  if (runs !== undefined) return { local: [], refusal: `${path} has ${runs}, which is not run here` };
  const named = ["resources", "components", "bases", "crds", "patchesStrategicMerge"].flatMap((field) => texts(listAt(kustomization, field)));
  const patches = ["patches", "patchesJson6902", "replacements"].flatMap((field) =>
    listAt(kustomization, field).flatMap((patch) => textAt(patch, "path") ?? []),
  );
  const generated = ["configMapGenerator", "secretGenerator"].flatMap((field) =>
    listAt(kustomization, field).flatMap((generator) => [
      ...texts(listAt(generator, "files")).map((file) => file.replace(/^[^=]*=/, "")),
      ...texts(listAt(generator, "envs")),
      ...texts([valueAt(generator, "env")]),
    ]),
  );
  // A strategic merge patch may stand there in place of a path.
  const all = [...named.filter((name) => !name.includes("\n")), ...patches, ...generated];
  const remote = all.find(isRemote);
  return remote === undefined ? { local: all } : { local: [], refusal: `${path} refers to ${remote.slice(0, 120)}, and nothing is fetched here` };
}

function texts(list: readonly unknown[]): readonly string[] {
  return list.filter((item): item is string => typeof item === "string");
}

/** A path in the repository, where `/` is its top: `base` seen from `apps/shop/overlay` by `../../base`; undefined where it leaves the repository. */
export function joinPath(directory: string, relative: string): string | undefined {
  const parts = directory === "" || relative.startsWith("/") ? [] : directory.split("/");
  for (const part of relative.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/** The floor for files: what watches over us, what runs code, and what we cannot read is not for `/approve` (safety T14, F1, F17). */
import { isRemote } from "../records/build-references.ts";
import type { PlannedFile } from "../records/plan.ts";
import { parseYaml } from "../records/safe-yaml.ts";
import { forbid, type Judgement, risky } from "./judgement.ts";

const PROTECTED: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/(^|\/)\.anchorwatch\//i, "Anchorwatch's own policy or pipelines"],
  [/(^|\/)codeowners$/i, "the code owners"],
  [/(^|\/)\.(gitea|github|forgejo|gitlab|woodpecker|ci)\//i, "workflows of the forge"],
  [/(^|\/)\.(gitlab-ci|woodpecker|drone)\.ya?ml$/i, "workflows of the forge"],
  [/(^|\/)\.git(modules|attributes)$/i, "how Git reads the repository"],
  [/(^|\/)\.argocd-source[^/]*\.ya?ml$/i, "what Argo CD overrides in the app's source"],
];

const BUILD_FILE = /(^|\/)(kustomization\.ya?ml|kustomization|chart\.ya?ml|values[^/]*\.ya?ml)$/i;
const MANIFEST_FILE = /\.(ya?ml|json)$/i;
const DOCUMENT_FILE = /(\.(md|txt|rst|adoc)|(^|\/)(license|readme|notice))$/i;

/** Fields of a kustomization that fetch or run something. */
const RUNS_CODE = [
  "helmCharts",
  "helmGlobals",
  "helmChartInflationGenerator",
  "generators",
  "transformers",
  "validators",
  "replacements",
  "configurations",
  "openapi",
  "configMapGenerator",
  "secretGenerator",
];

/** Judges a file by its path and, for a kustomization, by what is in it. */
export function judgeFile(file: PlannedFile, rendered: boolean): readonly Judgement[] {
  const found = PROTECTED.find(([pattern]) => pattern.test(file.path));
  if (found) return [forbid(`${file.path} holds ${found[1]}`)];
  if (BUILD_FILE.test(file.path)) return [judgeBuild(file.path, rendered), ...judgeKustomization(file)];
  if (MANIFEST_FILE.test(file.path)) return [];
  return [
    DOCUMENT_FILE.test(file.path)
      ? risky(`${file.path} is not applied, but it changes`)
      : forbid(`${file.path} is no manifest, so what it does cannot be judged`),
  ];
}

/** Where it was built before and after, what comes out is judged field by field, and a yes is needed all the same. */
function judgeBuild(path: string, rendered: boolean): Judgement {
  return rendered ? risky(`${path} decides how manifests are built`) : forbid(`${path} decides how manifests are built, which is not rendered here`);
}

/** A manifest whose change is none of its objects' fields: comments, layout, or a file that the app does not apply. */
export function judgeQuietFiles(files: readonly PlannedFile[]): Judgement {
  return risky(`no field of an object changes; only the text of ${files.map((file) => file.path).join(", ")}`);
}

function judgeKustomization(file: PlannedFile): readonly Judgement[] {
  const [before, after] = [topLevel(file.before), topLevel(file.after)];
  const changed = (key: string): boolean => after[key] !== undefined && JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  const code = RUNS_CODE.filter(changed).map((key) => forbid(`${file.path} adds or alters ${key}`));
  const known = new Set(referencesIn(before));
  const remote = referencesIn(after).filter((reference) => isRemote(reference) && !known.has(reference));
  return [...code, ...remote.map((reference) => forbid(`${file.path} adds the remote reference ${reference.slice(0, 120)}`))];
}

function topLevel(text: string | undefined): Readonly<Record<string, unknown>> {
  const parsed = parseYaml(text ?? "");
  const value = "documents" in parsed ? parsed.documents[0]?.value : undefined;
  return value !== null && typeof value === "object" ? Object.fromEntries(Object.entries(value)) : {};
}

function referencesIn(kustomization: Readonly<Record<string, unknown>>): readonly string[] {
  return ["resources", "components", "bases", "crds"].flatMap((key) => {
    const list = kustomization[key];
    return Array.isArray(list) ? list.filter((item): item is string => typeof item === "string") : [];
  });
}

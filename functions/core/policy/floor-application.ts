/** The floor for Argo CD Applications: versions and values may be approved, where and what an app deploys may not (design 8.2). */
import { formatObject } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { parseManifest } from "../records/manifest.ts";
import type { Effect, PlannedFile } from "../records/plan.ts";
import { listAt, textAt } from "../records/read-object.ts";
import { leavesOf, type Leaf } from "./effect-fields.ts";
import { forbid, type Judgement, risky } from "./judgement.ts";

/** Below `spec.source` or an item of `spec.sources`. */
const APPROVABLE = [
  ["helm", "values"],
  ["helm", "valuesObject"],
  ["helm", "parameters"],
  ["kustomize", "images"],
] as const;

/** Judges an effect on an Application; everything that is not listed is forbidden. */
export function judgeApplication(effect: Effect, files: readonly PlannedFile[]): readonly Judgement[] {
  const name = `${formatObject(effect.object)} ${effect.field}`;
  if (effect.field === "") return [forbid(`${formatObject(effect.object)} would be ${effect.after === undefined ? "deleted" : "created"}`)];
  const leaves = [...leavesOf(effect, "before"), ...leavesOf(effect, "after")];
  const rest = leaves.filter((leaf) => !isApprovable(leaf) && !isChartVersion(leaf, chartsOf(effect, files)));
  const [first] = rest;
  return [
    first
      ? forbid(`${name} decides what the app deploys, from where or to where (${first.names.join(".")})`)
      : risky(`${name} changes the configuration of the app`),
  ];
}

function insideSource(names: readonly string[]): { readonly source: string; readonly rest: readonly string[] } | undefined {
  const [spec, kind, ...rest] = names;
  if (spec !== "spec") return undefined;
  if (kind === "source") return { source: "source", rest };
  return kind === "sources" ? { source: `sources[${rest[0] ?? ""}]`, rest: rest.slice(1) } : undefined;
}

function isApprovable(leaf: Leaf): boolean {
  const inside = insideSource(leaf.names);
  return inside !== undefined && APPROVABLE.some(([tool, field]) => inside.rest[0] === tool && inside.rest[1] === field);
}

function isChartVersion(leaf: Leaf, charts: ReadonlySet<string>): boolean {
  const inside = insideSource(leaf.names);
  return inside !== undefined && inside.rest.length === 1 && inside.rest[0] === "targetRevision" && charts.has(inside.source);
}

/** Which sources of the Application are charts, before and after; a Git source's revision is a branch, which is not for approval. */
function chartsOf(effect: Effect, files: readonly PlannedFile[]): ReadonlySet<string> {
  const [before, after] = [
    applicationIn(
      effect,
      files.map((file) => file.before),
    ),
    applicationIn(
      effect,
      files.map((file) => file.after),
    ),
  ];
  const young = new Set(after && chartSources(after));
  return new Set([...(before ? chartSources(before) : [])].filter((source) => young.has(source)));
}

function applicationIn({ object }: Effect, texts: readonly (string | undefined)[]): KubernetesObject | undefined {
  return texts
    .flatMap((text) => objectsIn(text))
    .find((found) => found.kind === "Application" && found.metadata.name === object.name && found.metadata.namespace === object.namespace);
}

function objectsIn(text: string | undefined): readonly KubernetesObject[] {
  const parsed = parseManifest(text ?? "");
  return "objects" in parsed ? parsed.objects : [];
}

function chartSources(application: KubernetesObject): readonly string[] {
  const many = listAt(application, "spec", "sources").flatMap((source, index) => (textAt(source, "chart") === undefined ? [] : [`sources[${index}]`]));
  return textAt(application, "spec", "source", "chart") === undefined ? many : ["source", ...many];
}

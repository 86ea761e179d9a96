/** How a pod behaves, read from its own manifest: the annotation language of simulated nodes, so a Git commit breaks it and a Git commit mends it. */
import * as z from "zod";
import { parseQuantity } from "../../records/quantity.ts";

const PREFIX = "sim.anchorwatch.dev/";

/** Images whose names say that they cannot be pulled. */
const MISSING_IMAGE = /does-not-exist|missing|nope|typo/;

const QuantitiesSchema = z.record(z.string(), z.union([z.string(), z.number()]));

const ContainerSchema = z.looseObject({
  name: z.string(),
  image: z.string().default(""),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  resources: z.looseObject({ limits: QuantitiesSchema.optional(), requests: QuantitiesSchema.optional() }).optional(),
});
export type Container = z.infer<typeof ContainerSchema>;

/** The parts of a pod template that decide anything here. */
export const TemplateSchema = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).default({}), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.looseObject({ containers: z.array(ContainerSchema).min(1), nodeSelector: z.record(z.string(), z.string()).optional() }),
});
export type Template = z.infer<typeof TemplateSchema>;

export type Fault =
  | { readonly kind: "none" }
  | { readonly kind: "crash"; readonly exitCode: number; readonly reason: "Error" | "OOMKilled"; readonly log: string }
  | { readonly kind: "pull"; readonly message: string }
  | { readonly kind: "unready"; readonly message: string }
  | { readonly kind: "config"; readonly message: string };

/** The version of its database that a workload leaves behind (`migrates`), which an older version of it may not run on (`needs-schema`). */
export function migratesTo(template: Template): string | undefined {
  return template.metadata.annotations[`${PREFIX}migrates`];
}

/** What is wrong with one container; annotations name it by `container`, else they mean the first. */
export function faultOf(template: Template, container: Container, schema: string | undefined): Fault {
  if (MISSING_IMAGE.test(container.image)) return { kind: "pull", message: notFound(container.image) };
  const annotation = (name: string): string | undefined => template.metadata.annotations[PREFIX + name];
  const meant = annotation("container") ?? template.spec.containers[0]?.name;
  if (meant !== container.name) return { kind: "none" };
  const needed = annotation("needs-env");
  if (needed !== undefined && !container.env.some((variable) => variable.name === needed)) {
    return crash(annotation("exit-code") ?? "1", annotation("log") ?? `fatal: environment variable ${needed} is not set`);
  }
  const wanted = annotation("needs-schema");
  if (wanted !== undefined && schema !== undefined && schema !== wanted)
    return crash("3", `fatal: the database has schema ${schema}, and this version needs ${wanted}`);
  const memory = annotation("needs-memory");
  const limit = container.resources?.limits?.["memory"];
  if ((parseQuantity(limit) ?? Infinity) < (parseQuantity(memory) ?? 0)) return { kind: "crash", exitCode: 137, reason: "OOMKilled", log: "" };
  return declaredFault(annotation, container);
}

function crash(exitCode: string, log: string): Fault {
  return { kind: "crash", exitCode: Number(exitCode), reason: "Error", log };
}

function notFound(image: string): string {
  return `failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`;
}

function declaredFault(annotation: (name: string) => string | undefined, { image }: Container): Fault {
  switch (annotation("fault")) {
    case "crash":
    case "fail":
      return crash(annotation("exit-code") ?? "1", annotation("log") ?? annotation("message") ?? "fatal: the process ended");
    case "oom":
      return { kind: "crash", exitCode: 137, reason: "OOMKilled", log: "" };
    case "unready":
      return { kind: "unready", message: annotation("message") ?? "Readiness probe failed: HTTP probe failed with statuscode: 503" };
    case "pull":
      return { kind: "pull", message: annotation("message") ?? notFound(image) };
    case "configerror":
      return { kind: "config", message: annotation("message") ?? 'configmap "missing" not found' };
    default:
      return { kind: "none" };
  }
}

/** Seconds that an annotation gives, like `start-after: "3"` or `3s`. */
export function secondsOf(template: Template, name: string, otherwise: number): number {
  const text = template.metadata.annotations[PREFIX + name];
  const seconds = text === undefined ? Number.NaN : Number(text.replace(/s$/, ""));
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : otherwise;
}

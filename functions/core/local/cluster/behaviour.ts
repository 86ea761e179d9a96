/** How a pod behaves, read from its own manifest: the annotation language of simulated nodes, so a Git commit breaks it and a Git commit mends it. */
import * as z from "zod";
import { parseQuantity } from "../../records/quantity.ts";

export const PREFIX = "sim.anchorwatch.dev/";

const QuantitiesSchema = z.record(z.string(), z.union([z.string(), z.number()]));

const ProbeSchema = z.looseObject({
  httpGet: z.looseObject({ path: z.string().optional(), port: z.union([z.number(), z.string()]) }).optional(),
  initialDelaySeconds: z.number().optional(),
  periodSeconds: z.number().optional(),
  failureThreshold: z.number().optional(),
});

const ContainerSchema = z.looseObject({
  name: z.string(),
  image: z.string().default(""),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  ports: z.array(z.looseObject({ name: z.string().optional(), containerPort: z.number() })).optional(),
  resources: z.looseObject({ limits: QuantitiesSchema.optional(), requests: QuantitiesSchema.optional() }).optional(),
  livenessProbe: ProbeSchema.optional(),
  readinessProbe: z.looseObject({}).optional(),
});
export type Container = z.infer<typeof ContainerSchema>;

/** The parts of a pod template that decide anything here. */
export const TemplateSchema = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).default({}), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.looseObject({
    containers: z.array(ContainerSchema).min(1),
    nodeSelector: z.record(z.string(), z.string()).optional(),
    terminationGracePeriodSeconds: z.number().optional(),
  }),
});
export type Template = z.infer<typeof TemplateSchema>;

export type Fault =
  | { readonly kind: "none" }
  | { readonly kind: "crash"; readonly exitCode: number; readonly reason: "Error" | "OOMKilled"; readonly log: string }
  /** The kubelet ends a container that runs: what its liveness probe said, and how many seconds a run lasts. */
  | { readonly kind: "killed"; readonly message: string; readonly lasts: number }
  /** `seconds` after the pod was made the registry gives the image after all. */
  | { readonly kind: "pull"; readonly message: string; readonly seconds?: number }
  | { readonly kind: "unready"; readonly message: string }
  | { readonly kind: "config"; readonly message: string };

/** The version of its database that a workload leaves behind (`migrates`), which an older version of it may not run on (`needs-schema`). */
export function migratesTo(template: Template): string | undefined {
  return template.metadata.annotations[`${PREFIX}migrates`];
}

/** What is wrong with one container; annotations name it by `container`, else they mean the first. */
export function faultOf(template: Template, container: Container, schema: string | undefined): Fault {
  const annotation = (name: string): string | undefined => template.metadata.annotations[PREFIX + name];
  const meant = annotation("container") ?? template.spec.containers[0]?.name;
  if (meant !== container.name) return { kind: "none" };
  return (
    imageFault(annotation, container) ??
    probeFault(annotation, template, container) ??
    needFault(annotation, container, schema) ??
    declaredFault(annotation, container)
  );
}

type Annotation = (name: string) => string | undefined;

/** `registry-has` lists the images that there are, `amd64-only` those that do not run here, `rate-limited` is like `shop:2 for 240s`. */
function imageFault(annotation: Annotation, { image }: Container): Fault | undefined {
  const listed = (name: string): readonly string[] | undefined => annotation(name)?.split(/[\s,]+/);
  if (listed("registry-has")?.includes(image) === false) return { kind: "pull", message: notFound(image) };
  const [, limited, seconds] = /^(\S+) for (\d+)s$/.exec(annotation("rate-limited") ?? "") ?? [];
  if (limited === image) return { kind: "pull", message: rateLimited(image), seconds: Number(seconds) };
  return listed("amd64-only")?.includes(image) === true ? crash("255", `exec /usr/local/bin/${annotation("program") ?? "app"}: exec format error`) : undefined;
}

/** `serves` is the port and path that the program answers at, like `8080/healthz`; a liveness probe that asks elsewhere kills it. */
function probeFault(annotation: Annotation, template: Template, { livenessProbe, ports = [] }: Container): Fault | undefined {
  const [, port, path] = /^(\d+)(\/.*)$/.exec(annotation("serves") ?? "") ?? [];
  const asked = livenessProbe?.httpGet;
  if (port === undefined || !livenessProbe || !asked) return undefined;
  const number = typeof asked.port === "number" ? asked.port : ports.find(({ name }) => name === asked.port)?.containerPort;
  const lasts = probedSeconds(livenessProbe) + (template.spec.terminationGracePeriodSeconds ?? 30);
  const at = `10.88.0.12:${number ?? 0}`;
  const refused = `Get "http://${at}${asked.path ?? "/"}": dial tcp ${at}: connect: connection refused`;
  if (number !== Number(port)) return { kind: "killed", lasts, message: `Liveness probe failed: ${refused}` };
  return (asked.path ?? "/") === path ? undefined : { kind: "killed", lasts, message: "Liveness probe failed: HTTP probe failed with statuscode: 404" };
}

/** Seconds until the kubelet gives up on a container that never answers. */
function probedSeconds({ initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 }: z.infer<typeof ProbeSchema>): number {
  return initialDelaySeconds + periodSeconds * failureThreshold;
}

function needFault(annotation: Annotation, container: Container, schema: string | undefined): Fault | undefined {
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

/** As Docker Hub answers, and containerd repeats it. */
function rateLimited(image: string): string {
  return `failed to pull and unpack image "${image}": failed to copy: httpReadSeeker: failed open: unexpected status code 429 Too Many Requests: toomanyrequests: You have reached your pull rate limit`;
}

function declaredFault(annotation: Annotation, { image }: Container): Fault {
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

/** From manifests to what delivers what: every problem is named with file, line and column. */
import { isNode } from "yaml";
import type * as z from "zod";
import { parseYaml, type YamlDocument } from "../../records/safe-yaml.ts";
import {
  type BrokerManifest,
  BrokerSchema,
  type Delivery,
  type Destination,
  type Manifest,
  type PingSource,
  PingSourceSchema,
  type Trigger,
  TriggerSchema,
} from "./manifest-schemas.ts";
import { type Service, ServiceSchema } from "./service-schema.ts";

export interface ManifestFile {
  readonly path: string;
  readonly text: string;
}

export interface BrokerSpec {
  readonly namespace: string;
  readonly name: string;
  readonly delivery: Delivery | undefined;
  /** `messaging.knative.dev/async-handler`: the ingress answers before anything is delivered. */
  readonly async: boolean;
}

export interface Topology {
  readonly brokers: readonly BrokerSpec[];
  readonly triggers: readonly Trigger[];
  readonly pings: readonly PingSource[];
  readonly services: readonly Service[];
}

const ASYNC = "messaging.knative.dev/async-handler";

/** Groups whose kinds are the broker's to read; what stands beside them is others' business. */
const KNATIVE = /(^|\.)knative\.dev\//;

interface Place {
  readonly path: string;
  readonly document: YamlDocument;
}

interface Placed<T> {
  readonly value: T;
  readonly place: Place;
}

interface Found {
  readonly brokers: Placed<BrokerManifest>[];
  readonly triggers: Placed<Trigger>[];
  readonly pings: Placed<PingSource>[];
  readonly services: Placed<Service>[];
}

type Read = (value: unknown, place: Place, found: Found) => readonly string[];

function read<T>(schema: z.ZodType<T>, listOf: (found: Found) => Placed<T>[]): Read {
  return (raw, place, found) => {
    const result = schema.safeParse(raw);
    if (!result.success) return result.error.issues.map((issue) => describe(place, issue));
    listOf(found).push({ value: result.data, place });
    return [];
  };
}

const KINDS: ReadonlyMap<string, Read> = new Map([
  ["eventing.knative.dev/v1 Broker", read(BrokerSchema, ({ brokers }) => brokers)],
  ["eventing.knative.dev/v1 Trigger", read(TriggerSchema, ({ triggers }) => triggers)],
  ["sources.knative.dev/v1 PingSource", read(PingSourceSchema, ({ pings }) => pings)],
  ["serving.knative.dev/v1 Service", read(ServiceSchema, ({ services }) => services)],
]);

/** Reads manifests. @throws Error with `file:line:col: message`, one line for each problem */
export function readTopology(files: readonly ManifestFile[]): Topology {
  const found: Found = { brokers: [], triggers: [], pings: [], services: [] };
  const problems = files.flatMap((file) => readFile(file, found));
  problems.push(...(problems.length === 0 ? crossCheck(found) : []));
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const values = <T>(list: readonly Placed<T>[]): readonly T[] => list.map(({ value }) => value);
  const brokers = values(found.brokers).map(({ metadata, spec }) => ({
    namespace: metadata.namespace,
    name: metadata.name,
    delivery: spec.delivery,
    async: metadata.annotations[ASYNC] === "true",
  }));
  return { brokers, triggers: values(found.triggers), pings: values(found.pings), services: values(found.services) };
}

function readFile({ path, text }: ManifestFile, found: Found): readonly string[] {
  const yaml = parseYaml(text);
  if ("problem" in yaml) return [`${path}:${yaml.problem.line}:${yaml.problem.col}: ${yaml.problem.message}`];
  return yaml.documents.filter(({ value }) => value !== null && value !== undefined).flatMap((document) => readDocument({ path, document }, found));
}

function readDocument(place: Place, found: Found): readonly string[] {
  const { value } = place.document;
  const { apiVersion, kind } = (typeof value === "object" && value !== null ? value : {}) as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (typeof apiVersion !== "string" || typeof kind !== "string") return [at(place, [], "is no manifest: apiVersion or kind is missing")];
  const known = KINDS.get(`${apiVersion} ${kind}`);
  if (known) return known(value, place, found);
  return KNATIVE.test(apiVersion) ? [at(place, ["kind"], `the local broker does not know ${apiVersion} ${kind}`)] : [];
}

function describe(place: Place, issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys")
    return at(place, [...issue.path, issue.keys[0] ?? ""], `unknown field "${fieldName([...issue.path, issue.keys[0] ?? ""])}"`);
  const params = issue.code === "custom" ? issue.params : undefined;
  const fields: readonly PropertyKey[][] = Array.isArray(params?.["fields"]) ? params["fields"].map((field: string) => [...issue.path, field]) : [issue.path];
  const more = typeof params?.["more"] === "string" ? ` (${params["more"]})` : "";
  return at(place, issue.path, `${issue.message}: ${fields.map(fieldName).join(", ")}${more}`);
}

/** `spec.filters[0].exact[Type]`, as Knative writes it: a key of a map in brackets. */
function fieldName(keys: readonly PropertyKey[]): string {
  const inMap = (index: number): boolean => /^(exact|prefix|suffix|attributes|extensions|annotations|labels)$/.test(String(keys[index - 1]));
  return keys.reduce<string>(
    (name, key, index) => (typeof key === "number" || inMap(index) ? `${name}[${String(key)}]` : `${name}${name && "."}${String(key)}`),
    "",
  );
}

function at({ path, document: { document, position } }: Place, keys: readonly PropertyKey[], message: string): string {
  for (let length = keys.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(keys.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    const { line, col } = position(node.range[0]);
    return `${path}:${line}:${col}: ${message}`;
  }
  return `${path}:1:1: ${message}`;
}

/** What Knative would take and never make ready: names that nothing bears, and names that two bear. */
function crossCheck(found: Found): readonly string[] {
  const names = (list: readonly Placed<Manifest>[]): ReadonlySet<string> =>
    new Set(list.map(({ value }) => `${value.kind} ${value.metadata.namespace}/${value.metadata.name}`));
  const known = new Set([...names(found.brokers), ...names(found.services)]);
  const missing = (namespace: string, { ref }: Destination): string | undefined => {
    const wanted = ref && `${ref.kind} ${ref.namespace ?? namespace}/${ref.name}`;
    return wanted === undefined || known.has(wanted) ? undefined : `no manifest has ${wanted}`;
  };
  const problems = found.triggers.flatMap(({ value: { metadata, spec }, place }) => {
    const broker = missing(metadata.namespace, { ref: { apiVersion: "eventing.knative.dev/v1", kind: "Broker", name: spec.broker } });
    const subscriber = missing(metadata.namespace, spec.subscriber);
    return [...(broker ? [at(place, ["spec", "broker"], broker)] : []), ...(subscriber ? [at(place, ["spec", "subscriber"], subscriber)] : [])];
  });
  for (const { value, place } of found.pings) {
    const sink = missing(value.metadata.namespace, value.spec.sink);
    if (sink) problems.push(at(place, ["spec", "sink"], sink));
  }
  return [...problems, ...duplicates([...found.brokers, ...found.triggers, ...found.pings, ...found.services])];
}

function duplicates(all: readonly Placed<Manifest>[]): readonly string[] {
  const seen = new Set<string>();
  return all.flatMap(({ value, place }) => {
    const name = `${value.kind} ${value.metadata.namespace}/${value.metadata.name}`;
    if (seen.has(name)) return [at(place, ["metadata", "name"], `${name} is there twice`)];
    seen.add(name);
    return [];
  });
}

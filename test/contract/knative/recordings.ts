/** Reading what Knative's own broker did, as it was recorded. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod";

const FIXTURES = fileURLToPath(new URL("../../fixtures/knative/", import.meta.url));

const pairs = z.array(z.tuple([z.string(), z.string()]));

const AnsweredSchema = z.looseObject({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.string(), delay_ms: z.number().optional() });
export type Answered = z.infer<typeof AnsweredSchema>;

const ReceivedSchema = z.looseObject({
  at_ms: z.number(),
  method: z.string(),
  path: z.string(),
  headers: pairs,
  body: z.string().optional(),
  bodyBase64: z.string().optional(),
  answered: AnsweredSchema,
});
export type Received = z.infer<typeof ReceivedSchema>;

const RecordingSchema = z.looseObject({
  scenario: z.string(),
  sent: z.looseObject({ method: z.string(), path: z.string(), headers: z.record(z.string(), z.string()), body: z.string() }),
  ingressResponse: z.looseObject({
    status: z.number().optional(),
    headers: pairs.default([]),
    body: z.string().default(""),
    ms: z.number(),
    error: z.string().optional(),
  }),
  received: z.array(ReceivedSchema),
});
export type Recording = z.infer<typeof RecordingSchema>;

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(`${FIXTURES}${file}`, "utf8"));
}

/** Every recording of these groups, in the order of their names. */
export function recordingsOf(groups: string): readonly Recording[] {
  const files = readdirSync(FIXTURES).filter((file) => file.endsWith(".json") && groups.includes(file.charAt(0)) && !TABLES.has(file));
  return files.toSorted().map((file) => RecordingSchema.parse(readJson(file)));
}

const TABLES = new Set(["C-filter-matrix.json", "C-webhook-refusals.json"]);

/** The Triggers' filters of group C, by the path of their subscriber. */
export function filterMatrix(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return z.looseObject({ filters: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse(readJson("C-filter-matrix.json")).filters;
}

/** Trigger fields that the admission webhook refused or took, with its words. */
export function webhookRefusals(): Readonly<
  Record<string, { readonly spec?: Readonly<Record<string, unknown>> | undefined; readonly accepted: boolean; readonly message: string }>
> {
  return z
    .record(z.string(), z.looseObject({ spec: z.record(z.string(), z.unknown()).optional(), accepted: z.boolean(), message: z.string() }))
    .parse(readJson("C-webhook-refusals.json"));
}

/** The `spec` of an object as the API server had it. */
export function recordedSpec(name: string): unknown {
  return z.looseObject({ spec: z.unknown() }).parse(readJson(`objects/${name}.json`)).spec;
}

/** What Knative Eventing's webhooks take of the kinds that the broker reads, in their words (recorded C-webhook-refusals). */
import * as z from "zod";
import { metadata, type Metadata } from "./metadata-schema.ts";
import { isSchedule, isTimeZone } from "./schedule.ts";

/** ISO 8601 with days at most, as Knative parses it. */
const DURATION = /^P(?!$)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Milliseconds of an ISO 8601 duration; NaN for anything else. */
export function durationMs(text: string): number {
  const match = DURATION.exec(text);
  if (!match) return Number.NaN;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}

const invalid = { error: ({ input }: { readonly input?: unknown }): string => `invalid value: ${String(input)}` };

const duration = z.string().refine((text) => !Number.isNaN(durationMs(text)), invalid);
const positiveDuration = z.string().refine((text) => durationMs(text) > 0, invalid);

const present = z.string("missing field(s)").min(1, "missing field(s)");
const reference = z.strictObject({ apiVersion: present, kind: present, name: present, namespace: z.string().optional() });

const destination = z
  .strictObject({ ref: reference.optional(), uri: z.string().optional(), CACerts: z.string().optional(), audience: z.string().optional() })
  .check(({ value, issues }) => {
    if (value.ref !== undefined) {
      const message = "Absolute URI is not allowed when Ref or [apiVersion, kind, name] is present";
      if (/^[a-z][a-z0-9+.-]*:/i.test(value.uri ?? "")) issues.push({ code: "custom", input: value, message, params: { fields: ["ref", "uri"] } });
    } else if (value.uri === undefined)
      issues.push({ code: "custom", input: value, message: "expected at least one, got none", params: { fields: ["ref", "uri"] } });
    else if (!/^https?:\/\//.test(value.uri))
      issues.push({
        code: "custom",
        input: value,
        path: ["uri"],
        message: "invalid value: Relative URI is not allowed when Ref and [apiVersion, kind, name] is absent",
      });
  });
export type Destination = z.infer<typeof destination>;

const delivery = z.strictObject({
  retry: z.int32(invalid).min(0, invalid).optional(),
  backoffPolicy: z.enum(["linear", "exponential"], invalid).optional(),
  backoffDelay: duration.optional(),
  timeout: positiveDuration.optional(),
  format: z.enum(["json", "binary"], invalid).optional(),
  deadLetterSink: destination.optional(),
  retryAfterMax: z.undefined("must not set the field(s)").optional(),
});
export type Delivery = z.infer<typeof delivery>;

const attributes = z.record(z.string(), z.string()).check(({ value, issues }) => {
  for (const name of Object.keys(value)) {
    if (/^[a-z][a-z0-9]*$/.test(name)) continue;
    issues.push({
      code: "custom",
      input: value,
      path: [name],
      message: `invalid key name "${name}"`,
      params: { more: "Attribute name must start with a letter and can only contain lowercase alphanumeric" },
    });
  }
});

/** Knative skips a filter with an empty value, so that its Trigger takes every event: surely not what is meant. */
const wanted = attributes.refine((values) => !Object.values(values).includes(""), "Knative would skip a filter with an empty value");

/** One dialect of Knative's; `cesql` is none of ours. */
export interface Filter {
  readonly exact?: Readonly<Record<string, string>> | undefined;
  readonly prefix?: Readonly<Record<string, string>> | undefined;
  readonly suffix?: Readonly<Record<string, string>> | undefined;
  readonly all?: readonly Filter[] | undefined;
  readonly any?: readonly Filter[] | undefined;
  readonly not?: Filter | undefined;
}

const filter: z.ZodType<Filter> = z.lazy(() =>
  z
    .strictObject({
      exact: wanted.optional(),
      prefix: wanted.optional(),
      suffix: wanted.optional(),
      all: z.array(filter).optional(),
      any: z.array(filter).optional(),
      not: filter.optional(),
      cesql: z.undefined("the local broker does not know CESQL").optional(),
    })
    .refine(
      (dialects) => Object.values(dialects).filter((dialect) => dialect !== undefined).length <= 1,
      "multiple dialects found, filters can have only one dialect set",
    ),
);

export const BrokerSchema = z.strictObject({
  apiVersion: z.literal("eventing.knative.dev/v1"),
  kind: z.literal("Broker"),
  metadata,
  spec: z.strictObject({ config: reference.optional(), delivery: delivery.optional() }).default({}),
});
export type BrokerManifest = z.infer<typeof BrokerSchema>;

export const TriggerSchema = z.strictObject({
  apiVersion: z.literal("eventing.knative.dev/v1"),
  kind: z.literal("Trigger"),
  metadata,
  spec: z.strictObject({
    broker: z.string().min(1),
    filter: z.strictObject({ attributes: attributes.optional() }).optional(),
    filters: z.array(filter).optional(),
    subscriber: destination,
    delivery: delivery.optional(),
  }),
});
export type Trigger = z.infer<typeof TriggerSchema>;

const pingSpec = z
  .strictObject({
    schedule: z.string().refine(isSchedule, invalid),
    timezone: z.string().refine(isTimeZone, invalid).optional(),
    contentType: z.string().optional(),
    data: z.string().optional(),
    dataBase64: z.base64(invalid).optional(),
    sink: destination,
    ceOverrides: z.strictObject({ extensions: attributes.optional() }).optional(),
  })
  .refine((spec) => spec.data === undefined || spec.dataBase64 === undefined, "expected exactly one, got both: data, dataBase64");

export const PingSourceSchema = z.strictObject({ apiVersion: z.literal("sources.knative.dev/v1"), kind: z.literal("PingSource"), metadata, spec: pingSpec });
export type PingSource = z.infer<typeof PingSourceSchema>;

/** What every kind has that the broker reads. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: Metadata;
}

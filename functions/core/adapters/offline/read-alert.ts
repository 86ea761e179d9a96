/** Alerts out of a file: what Alertmanager posts or answers, one alert, or its bare labels, as JSON or YAML. */
import * as z from "zod";
import { parseYaml } from "../../records/safe-yaml.ts";
import { textChunks } from "./text-stream.ts";

const ALERT_FILE_MAX_BYTES = 4 * 1024 * 1024;

export type AlertLabels = Readonly<Record<string, string>>;

const LabelsSchema = z.record(z.string().max(128), z.string().max(1024)).refine((labels) => Object.keys(labels).length > 0, "has no labels");
const AlertSchema = z.looseObject({ labels: LabelsSchema, status: z.unknown().optional() });
const AlertsSchema = z.array(AlertSchema).min(1).max(10_000);
const WebhookSchema = z.looseObject({ alerts: AlertsSchema });
/** `/api/v2/alerts/groups`, and the answer of Prometheus' own `/api/v1/alerts`. */
const PrometheusSchema = z.looseObject({ data: WebhookSchema });

/** @returns the labels of the alerts that fire, or of all where all are resolved. @throws Error naming the file */
export async function readAlertLabels(path: string): Promise<readonly AlertLabels[]> {
  let text = "";
  try {
    for await (const chunk of textChunks(path, ALERT_FILE_MAX_BYTES)) text += chunk;
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const alerts = alertsIn(valueOf(path, text));
  if (alerts.length === 0) throw new Error(`${path}: no alert in it; a webhook body, an alert, a list of alerts or a map of labels is expected`);
  const firing = alerts.filter(({ status }) => status !== "resolved");
  return (firing.length > 0 ? firing : alerts).map(({ labels }) => labels);
}

function valueOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: YAML has more room, and its problems have a place.
  }
  const parsed = parseYaml(text, { maxBytes: ALERT_FILE_MAX_BYTES });
  if ("problem" in parsed) throw new Error(`${path}:${parsed.problem.line}:${parsed.problem.col}: ${parsed.problem.message}`);
  const values = parsed.documents.map(({ value }) => value).filter((value) => value !== null && value !== undefined);
  return values.length === 1 ? values[0] : values;
}

function alertsIn(value: unknown): z.infer<typeof AlertsSchema> {
  for (const read of [
    () => WebhookSchema.safeParse(value).data?.alerts,
    () => PrometheusSchema.safeParse(value).data?.data.alerts,
    () => AlertsSchema.safeParse(value).data,
    () =>
      z
        .array(WebhookSchema)
        .min(1)
        .safeParse(value)
        .data?.flatMap(({ alerts }) => alerts),
    () => optional(AlertSchema.safeParse(value).data),
    () => optional(bareLabels(value)),
  ]) {
    const alerts = read();
    if (alerts !== undefined) return alerts;
  }
  return [];
}

function optional<T>(value: T | undefined): T[] | undefined {
  return value === undefined ? undefined : [value];
}

/** Labels alone; a number or a switch that YAML made of a value is the text that it was. */
function bareLabels(value: unknown): z.infer<typeof AlertSchema> | undefined {
  const labels = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).safeParse(value).data;
  if (labels === undefined) return undefined;
  const texts = LabelsSchema.safeParse(Object.fromEntries(Object.entries(labels).map(([key, label]) => [key, String(label)]))).data;
  return texts && { labels: texts };
}

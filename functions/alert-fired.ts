/** Alertmanager's webhook: each incident of the body finds or makes its one run; 2xx only when all are stored (design 6.2, engine.md 4). */
import type { Hono } from "hono";
import * as z from "zod";
import { incidentKey } from "./core/engine/incident.ts";
import { hasReadCatalog, repositoryRunId } from "./core/engine/start.ts";
import { Unavailable } from "./core/ports/errors.ts";
import type { Alert } from "./core/records/alert.ts";
import { IGNORE_PATH, ignoredBy, type IgnoreRule } from "./core/records/ignore.ts";
import { hashId } from "./core/records/ids.ts";
import { formatObject, type ObjectRef } from "./core/records/fields.ts";
import type { Authenticate } from "./core/shell/authenticate.ts";
import { ignoreRules } from "./core/shell/pipelines.ts";
import { noteLifeSign } from "./core/shell/life-signs.ts";
import { receiveIncident } from "./core/shell/incidents.ts";
import { readRun } from "./core/shell/runs.ts";
import { createApp } from "./core/shell/serve.ts";
import type { Shell } from "./core/shell/shell.ts";
import type { WatchedRepository } from "./core/shell/watched-repository.ts";
import { serveIngress } from "./core/shell/webhook.ts";
import { isHeartbeat } from "./core/triage/alert-names.ts";
import { judgeAlert } from "./core/triage/judge-alert.ts";
import { matchAlert } from "./core/workflow/match.ts";

/** Alertmanager cuts a body by `max_alerts`; a body of 256 KiB holds several hundred. */
const MAX_BODY_BYTES = 256 * 1024;
const MAX_ALERTS = 1_000;

/** Our own alerts start nothing (design 6.2). */
const OWN_ALERTS = "Anchorwatch";

const labels = z.record(
  z.string(),
  z.string().transform((text) => text.slice(0, 1024)),
);
const moment = z.iso.datetime({ offset: true }).transform((text) => Math.max(0, Date.parse(text)));

/** Format version 4 (contracts 1.1); what newer versions add is ignored. */
const WebhookSchema = z.looseObject({
  version: z.literal("4"),
  groupKey: z.string(),
  alerts: z
    .array(z.looseObject({ status: z.enum(["firing", "resolved"]), labels, annotations: labels, startsAt: moment, fingerprint: z.string().max(64) }))
    .max(MAX_ALERTS),
});
type Webhook = z.infer<typeof WebhookSchema>;

export interface AlertFired {
  readonly shell: Shell;
  readonly authenticate: Authenticate;
  /** Where workflows are read, in the order of the installation's list: of two that say the same about an alert, the first one's counts. */
  readonly repositories: readonly WatchedRepository[];
}

export function serveAlertFired(given: AlertFired): Hono {
  const app = createApp();
  serveIngress(
    app,
    { path: "/", maxBytes: MAX_BODY_BYTES, authenticate: given.authenticate, schema: WebhookSchema, accept: (body) => acceptAlerts(given, body) },
    given.shell,
  );
  return app;
}

function toAlert(alert: Webhook["alerts"][number]): Alert {
  const { status, startsAt, fingerprint } = alert;
  return { status, startsAt, fingerprint, labels: alert.labels, annotations: alert.annotations };
}

/** It fires all the time, and that it is heard is all that it says. */
function isSignOfLife({ status, labels: { alertname = "" } }: Webhook["alerts"][number]): boolean {
  return status === "firing" && isHeartbeat(alertname);
}

async function acceptAlerts(given: AlertFired, body: Webhook): Promise<"stored" | { ignored: string }> {
  const incidents = new Map<string, Alert[]>();
  const others = body.alerts.filter(({ labels: { alertname = "" } }) => !alertname.startsWith(OWN_ALERTS) && !isHeartbeat(alertname));
  for (const alert of others.map(toAlert)) {
    const key = incidentKey(alert.labels);
    incidents.set(key, [...(incidents.get(key) ?? []), alert]);
  }
  const causeId = hashId("alertmanager", body.groupKey, ...body.alerts.map((alert) => `${alert.fingerprint}|${alert.status}|${alert.startsAt}`));
  if (body.alerts.some(isSignOfLife)) await noteLifeSign(given.shell, "watchdog");
  const ignored: string[] = [];
  const rules = await ignoreRules(given.shell);
  for (const [key, alerts] of incidents) {
    const rule = ignoredBy(rules, labelsOf(alerts[0]), given.shell.clock.now());
    const received = await receive(given, { key, alerts, rule }, causeId);
    if (received !== "stored") ignored.push(`${alerts[0]?.labels["alertname"] ?? "alert"}: ${received.ignored}`);
  }
  return ignored.length < incidents.size ? "stored" : { ignored: ignored.join("; ") || "nothing in it that starts anything" };
}

/** What is ignored starts nothing, and still tells a run that works on it that it is over. */
async function receive(
  given: AlertFired,
  { key, alerts, rule }: { key: string; alerts: readonly Alert[]; rule: IgnoreRule | undefined },
  causeId: string,
): ReturnType<typeof receiveIncident> {
  const heard = rule ? alerts.filter((alert) => alert.status === "resolved") : alerts;
  if (rule && heard.length === 0) return { ignored: `${IGNORE_PATH}, until ${rule.until}: ${rule.reason}` };
  const objects = namedBy(alerts[0]?.labels ?? {}).map(formatObject);
  return await receiveIncident(given.shell, { key, alerts: heard, objects, start: rule ? undefined : await startFor(given, alerts[0]) }, { causeId });
}

/** The objects that an alert is about, as far as its labels alone tell. */
function namedBy(labels: Readonly<Record<string, string>>): readonly ObjectRef[] {
  const judged = judgeAlert(labels);
  return judged.about === "objects" ? judged.objects : [];
}

/** The alert's own labels, and the objects that they name: `deployment: shop` also where only its pod is told. */
function labelsOf(alert: Alert | undefined): Readonly<Record<string, string>> {
  const labels = alert?.labels ?? {};
  const named = namedBy(labels).map((object) => [object.kind.toLowerCase(), object.name] as const);
  return { ...Object.fromEntries(named), ...labels };
}

async function startFor(given: AlertFired, alert: Alert | undefined): Promise<Parameters<typeof receiveIncident>[1]["start"]> {
  const records = await given.shell.store.list("Pipeline", { limit: 500 });
  const pipelines = given.repositories.flatMap(({ id, name, defaultBranch }) =>
    records.items
      .filter(({ record }) => record.source.repository.id === id)
      .flatMap(({ record: { compiled, compiledFrom, source } }) =>
        compiled ? [{ ...compiled, commit: compiledFrom ?? source.commit, repository: { id, name }, baseRef: defaultBranch }] : [],
      ),
  );
  const match = matchAlert(pipelines, alert?.labels ?? {});
  if (!match) return await nobodyHasOne(given);
  const { commit, repository, baseRef, ...pipeline } = match.best;
  return { pipeline, pipelineCommit: commit, repository, baseRef };
}

/** Only once the workflow files have been read: in a store that is new, or was lost, an alert may be about to have one. @throws Unavailable */
async function nobodyHasOne({ shell, repositories }: AlertFired): Promise<undefined> {
  for (const repository of repositories) {
    const runId = repositoryRunId(repository);
    const standing = await readRun(shell, runId);
    const known = standing === "corrupt" || (standing !== undefined && hasReadCatalog(runId, standing.record));
    if (!known) throw new Unavailable(`the workflow files of ${repository.name} have not been read yet`);
  }
}

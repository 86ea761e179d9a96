/** From an incident's alerts to its one run: lock first, run second (engine.md 4). */
import type { Context } from "../engine/context.ts";
import { type Decision, decideFact, decideStart } from "../engine/decide.ts";
import { incidentRunId, incidentTitle } from "../engine/incident.ts";
import { type IncidentStart, incidentRun } from "../engine/start.ts";
import { Unavailable } from "../ports/errors.ts";
import { type Stored, StoreError } from "../ports/store.ts";
import type { Alert } from "../records/alert.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";
import type { Run } from "../records/run.ts";
import { type Cause, contextOf, createRun, MAX_CONFLICTS, moveRun } from "./runs.ts";
import type { Shell } from "./shell.ts";

export interface Incident {
  readonly key: string;
  /** Firing and resolved, at least one. */
  readonly alerts: readonly Alert[];
  /** The workflow that a new run follows; undefined = nobody has one for it. */
  readonly start: Omit<IncidentStart, "alerts" | "incidentKey"> | undefined;
}

type Received = "stored" | { readonly ignored: string };

/** Stores an incident's alerts: on its live run, or as a new one. When it resolves nothing can be lost. @throws Unavailable */
export async function receiveIncident(shell: Shell, incident: Incident, cause: Cause): Promise<Received> {
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const lock = await shell.store.read("Lock", lockName(incident.key));
    const received = lock ? await onLocked(shell, incident, { lock, cause }) : await onFree(shell, incident, cause);
    if (received !== "again") return received;
  }
  throw new Unavailable(`incident ${incident.key}: ${MAX_CONFLICTS} conflicts in a row`);
}

/** The name of an incident's lock. */
export function lockName(incidentKey: string): string {
  return `incident-${incidentKey}`;
}

function firingOf(incident: Incident): readonly Alert[] {
  return incident.alerts.filter((alert) => alert.status === "firing");
}

function isLive(run: Run): boolean {
  return run.phase === "running" || run.phase === "ending";
}

async function onFree(shell: Shell, incident: Incident, cause: Cause): Promise<Received | "again"> {
  const firing = firingOf(incident);
  if (firing.length === 0) return { ignored: "resolved, and no run works on it" };
  if (!incident.start) return { ignored: "no workflow has a trigger for it" };
  const runId = incidentRunId(incident.key, firing);
  try {
    await shell.store.create("Lock", lockName(incident.key), newLock(shell, incident, runId));
  } catch (error) {
    if (error instanceof StoreError && error.kind === "exists") return "again";
    throw error;
  }
  return await startOrAttach(shell, incident, { runId, cause });
}

function newLock(shell: Shell, incident: Incident, run: string): { schema: number; run: string; what: string; takenAt: number } {
  const what = `incident ${incidentTitle(incident.alerts[0]?.labels ?? {})}`;
  return { schema: SCHEMA_VERSION, run, what, takenAt: shell.clock.now() };
}

/** Creates the run that the lock names; where it is there already, the alerts are noted on it, unless it has ended meanwhile. */
async function startOrAttach(shell: Shell, incident: Incident, given: { runId: string; cause: Cause }): Promise<Received | "again"> {
  const { runId, cause } = given;
  const firing = firingOf(incident);
  const context = await contextOf(shell, runId, cause);
  if (incident.start && firing.length > 0) {
    const run = incidentRun({ ...incident.start, incidentKey: incident.key, alerts: firing }, context);
    if (await createRun(shell, runId, decideStart(run, context))) return "stored";
  }
  const noteIfLive = (run: Run, now: Context): Decision =>
    isLive(run) ? decideFact(run, { fact: "alerts", alerts: incident.alerts }, now) : { run, events: [] };
  const run = await moveRun(shell, runId, noteIfLive, cause);
  return run && isLive(run) ? "stored" : "again";
}

async function onLocked(shell: Shell, incident: Incident, held: { lock: Stored<"Lock">; cause: Cause }): Promise<Received | "again"> {
  const { lock, cause } = held;
  const runId = lock.record.run;
  const run = (await shell.store.read("Run", runId))?.record;
  const firing = firingOf(incident);
  if (!run && firing.length === 0) return { ignored: "resolved, and its run was never made" };
  if (!run && !incident.start) return { ignored: "no workflow has a trigger for it" };
  if (!run || isLive(run)) return await startOrAttach(shell, incident, { runId, cause });
  if (firing.length === 0) return { ignored: "resolved, and its run has ended" };
  const nextId = incidentRunId(incident.key, firing);
  if (nextId === runId) return { ignored: "this firing has had its run" };
  if (!incident.start) return { ignored: "no workflow has a trigger for it" };
  try {
    await shell.store.replace("Lock", lock.name, newLock(shell, incident, nextId), lock.version);
  } catch (error) {
    if (error instanceof StoreError && error.kind === "conflict") return "again";
    throw error;
  }
  return await startOrAttach(shell, incident, { runId: nextId, cause });
}

/** From an incident's alerts to its one run: lock first, run second (engine.md 4). */
import type { Context } from "../engine/context.ts";
import { type Decision, decideFact, decideStart } from "../engine/decide.ts";
import { type Link, linkAfterChange, nextLink } from "../engine/chain.ts";
import { incidentRunId, incidentTitle } from "../engine/incident.ts";
import { type IncidentStart, incidentRun, repositoryRunId } from "../engine/start.ts";
import { Unavailable } from "../ports/errors.ts";
import { type Stored, StoreError } from "../ports/store.ts";
import type { Alert } from "../records/alert.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";
import type { Lock } from "../records/lock.ts";
import type { Run } from "../records/run.ts";
import { runTouching } from "./touched.ts";
import { type Cause, contextOf, createRun, MAX_CONFLICTS, moveRun } from "./runs.ts";
import type { Shell } from "./shell.ts";

export interface Incident {
  readonly key: string;
  /** Firing and resolved, at least one. */
  readonly alerts: readonly Alert[];
  /** The workflow that a new run follows; undefined = nobody has one for it. */
  readonly start: Omit<IncidentStart, "alerts" | "incidentKey" | "link"> | undefined;
  /** Objects that its labels name: where a change of ours is under way there, the alert belongs to that. */
  readonly objects?: readonly string[];
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

/** Lets the incident's alerts go to another run from now on, where the run before it still has them. @throws Unavailable */
export async function passIncident(shell: Shell, incidentKey: string, { from, to }: { readonly from: string; readonly to: string }): Promise<void> {
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const lock = await shell.store.read("Lock", lockName(incidentKey));
    if (lock?.record.run !== from) return;
    try {
      await shell.store.replace("Lock", lock.name, { ...lock.record, run: to, before: from, takenAt: shell.clock.now() }, lock.version);
      return;
    } catch (error) {
      if (!(error instanceof StoreError && error.kind === "conflict")) throw error;
    }
  }
  throw new Unavailable(`incident ${incidentKey}: ${MAX_CONFLICTS} conflicts in a row`);
}

function firingOf(incident: Incident): readonly Alert[] {
  return incident.alerts.filter((alert) => alert.status === "firing");
}

function isLive(run: Run): boolean {
  return run.phase === "running" || run.phase === "ending";
}

/** Nobody works on it: the run whose change is under way at the same object takes it, else a new one. */
async function onFree(shell: Shell, incident: Incident, cause: Cause): Promise<Received | "again"> {
  const firing = firingOf(incident);
  if (firing.length === 0) return { ignored: "resolved, and no run works on it" };
  const neighbour = await runTouching(shell, incident.objects ?? []);
  const isAtWork = neighbour !== undefined && isLive(neighbour.record);
  if (!isAtWork && !incident.start) return { ignored: "no workflow has a trigger for it" };
  const link = neighbour && !isAtWork ? linkAfterChange(neighbour.record, await contextOf(shell, neighbour.name, cause)) : {};
  const runId = isAtWork ? neighbour.name : incidentRunId(incident.key, firing);
  try {
    await shell.store.create("Lock", lockName(incident.key), newLock(shell, incident, { run: runId, link: link.link }));
  } catch (error) {
    if (error instanceof StoreError && error.kind === "exists") return "again";
    throw error;
  }
  return await startOrAttach(shell, incident, { runId, link, cause });
}

function newLock(shell: Shell, incident: Incident, held: { run: string; link: number | undefined }): Lock {
  const what = `incident ${incidentTitle(incident.alerts[0]?.labels ?? {})}`;
  return { schema: SCHEMA_VERSION, run: held.run, what, takenAt: shell.clock.now(), ...(held.link !== undefined && { link: held.link }) };
}

/** Creates the run that the lock names; where it is there already, the alerts are noted on it, unless it has ended meanwhile. */
async function startOrAttach(shell: Shell, incident: Incident, given: { runId: string; link: Link; cause: Cause }): Promise<Received | "again"> {
  const { runId, link, cause } = given;
  const firing = firingOf(incident);
  const context = await contextOf(shell, runId, cause);
  if (incident.start && firing.length > 0) {
    const run = incidentRun({ ...incident.start, incidentKey: incident.key, alerts: firing, link }, context);
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
  if (!run || isLive(run)) return await startOrAttach(shell, incident, { runId, link: {}, cause });
  if (firing.length === 0) return await onResolved(shell, incident, { runId, run, cause });
  return await onEnded(shell, incident, { lock, run, cause });
}

/** Nothing works on it any more; what was left to a person is looked at now, because it may be over. */
async function onResolved(shell: Shell, incident: Incident, ended: { runId: string; run: Run; cause: Cause }): Promise<Received> {
  const { runId, run, cause } = ended;
  if (!run.watch) return { ignored: "resolved, and its run has ended" };
  await moveRun(shell, runId, (record, now) => decideFact(record, { fact: "alerts", alerts: incident.alerts }, now), cause);
  await moveRun(shell, repositoryRunId(run.spec.repository), (record, now) => decideFact(record, { fact: "look" }, now), cause);
  return "stored";
}

/** It has come back: a new run, which waits longer each time; or, when a person has it already, a note. */
async function onEnded(shell: Shell, incident: Incident, held: { lock: Stored<"Lock">; run: Run; cause: Cause }): Promise<Received | "again"> {
  const { lock, run, cause } = held;
  const nextId = incidentRunId(incident.key, firingOf(incident));
  if (nextId === lock.record.run || nextId === lock.record.before) return { ignored: "this firing has had its run" };
  if (!incident.start) return { ignored: "no workflow has a trigger for it" };
  const context = await contextOf(shell, nextId, cause);
  const link = nextLink({ link: lock.record.link ?? 1, endedAt: run.endedAt ?? context.now }, context);
  if (link === "left") {
    await moveRun(shell, lock.record.run, (record, now) => decideFact(record, { fact: "alerts", alerts: incident.alerts }, now), cause);
    return "stored";
  }
  try {
    await shell.store.replace("Lock", lock.name, newLock(shell, incident, { run: nextId, link: link.link }), lock.version);
  } catch (error) {
    if (error instanceof StoreError && error.kind === "conflict") return "again";
    throw error;
  }
  return await startOrAttach(shell, incident, { runId: nextId, link, cause });
}

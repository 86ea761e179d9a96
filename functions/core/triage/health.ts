/** From a diagnosis to a report: causes without those that are ignored, against the report before, and what will break soon. */
import type { Cause, Finding } from "../records/finding.ts";
import type { Health, HealthCause, Measured } from "../records/health.ts";
import { type IgnoreRule, isInForce } from "../records/ignore.ts";
import { POD_LOG_KIND } from "../records/pod-log.ts";
import type { Diagnosis } from "./diagnose.ts";
import { ruleFor } from "./ignored.ts";
import { breaksSoon, notMeasured } from "./soon.ts";

const MAX_CAUSES = 50;
const MAX_SOON = 50;

export interface HealthInput {
  readonly diagnosis: Diagnosis;
  readonly rules: readonly IgnoreRule[];
  readonly measured: Measured;
  /** The report before this one, where it is kept. */
  readonly earlier: Health | undefined;
  /** What could not be looked at. */
  readonly notSeen?: readonly string[];
}

export function healthOf({ diagnosis, rules, measured, earlier, notSeen = [] }: HealthInput): Health {
  const { snapshot, causes } = diagnosis;
  const heard = causes.filter((cause) => !ruleFor(cause, rules, snapshot.now));
  const there = new Set(causes.map(({ id }) => id));
  const isNew = (id: string, before: readonly { id: string }[] | undefined): boolean => before !== undefined && !before.some((known) => known.id === id);
  return {
    at: snapshot.now,
    objects: snapshot.objects.filter(({ kind }) => kind !== "Event" && kind !== POD_LOG_KIND).length,
    causes: heard.slice(0, MAX_CAUSES).map((cause) => tell(cause, isNew(cause.id, earlier?.causes))),
    more: Math.max(0, heard.length - MAX_CAUSES),
    gone: (earlier?.causes ?? []).filter(({ id }) => !there.has(id)).map(({ title }) => title),
    ...(earlier && { comparedWith: earlier.at }),
    soon: breaksSoon(snapshot, measured)
      .slice(0, MAX_SOON)
      .map((soon) => ({ ...soon, id: soon.id.slice(0, 400), words: soon.words.slice(0, 512), isNew: isNew(soon.id.slice(0, 400), earlier?.soon) })),
    notMeasured: [...notSeen, ...notMeasured(snapshot, measured)].slice(0, 20).map((words) => words.slice(0, 512)),
    ignored: rules
      .filter((rule) => isInForce(rule, snapshot.now))
      .map((rule) => ({
        match: Object.entries(rule.match)
          .map(([label, value]) => `${label}=${value}`)
          .join(", ")
          .slice(0, 512),
        reason: rule.reason,
        until: rule.until,
        causes: causes.filter((cause) => ruleFor(cause, rules, snapshot.now) === rule).length,
      })),
  };
}

/** Something is worth a message: what nobody has been told of, in the first report all of it. */
export function hasNews({ causes, gone, soon, comparedWith }: Health): boolean {
  if (comparedWith === undefined) return causes.length > 0 || soon.length > 0;
  return gone.length > 0 || [...causes, ...soon].some(({ isNew }) => isNew);
}

function tell({ id, object, category, title, detail, findings, effects = [], app }: Cause, isNew: boolean): HealthCause {
  const since = earliest(findings);
  return { id, object, category, title, detail, affected: effects.length, isNew, ...(since !== undefined && { since }), ...(app && { app: app.name }) };
}

function earliest(findings: readonly Finding[]): number | undefined {
  const known = findings.flatMap(({ since }) => since ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Sync windows of an Argo CD project: whether an app may be synced at a moment. */
import { Cron } from "croner";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, textAt } from "../records/read-object.ts";
import { findObject } from "./find-at.ts";
import type { Snapshot } from "./snapshot.ts";

/** Longest window that is looked at; Argo CD knows no longer one in practice. */
const MAX_WINDOW_MS = 31 * 24 * 60 * 60_000;
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 };

/** The window that forbids syncing an app now: an active one that denies, or the inactive ones that would allow. */
export function closedWindowOf(app: KubernetesObject, snapshot: Snapshot): string | undefined {
  const project = findObject(
    snapshot,
    { group: "argoproj.io", kind: "AppProject" },
    { name: textAt(app, "spec", "project") ?? "default", namespace: app.metadata.namespace },
  );
  const windows = listAt(project, "spec", "syncWindows").filter((window) => isFor(window, app));
  const denying = windows.find((window) => textAt(window, "kind") === "deny" && isOpen(window, snapshot.now));
  if (denying !== undefined) return describe(denying);
  const allowing = windows.filter((window) => textAt(window, "kind") === "allow");
  return allowing.length > 0 && !allowing.some((window) => isOpen(window, snapshot.now)) ? describe(allowing[0]) : undefined;
}

function describe(window: unknown): string {
  return `${textAt(window, "kind")} ${textAt(window, "schedule")} for ${textAt(window, "duration")}`;
}

function isFor(window: unknown, app: KubernetesObject): boolean {
  const lists = [
    [listAt(window, "applications"), app.metadata.name],
    [listAt(window, "namespaces"), textAt(app, "spec", "destination", "namespace") ?? ""],
    [listAt(window, "clusters"), textAt(app, "spec", "destination", "name") ?? textAt(app, "spec", "destination", "server") ?? ""],
  ] as const;
  return lists.some(([patterns, value]) => patterns.some((pattern) => matches(String(pattern), value)));
}

/** Only `*` and `?` are wild in practice. */
function matches(pattern: string, value: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
  return pattern.length <= 253 && new RegExp(`^${escaped}$`).test(value);
}

/** A window is open when it began less than its duration ago. */
function isOpen(window: unknown, now: number): boolean {
  const lasts = durationOf(textAt(window, "duration") ?? "");
  try {
    const cron = new Cron(textAt(window, "schedule") ?? "", { paused: true, timezone: textAt(window, "timeZone") ?? "UTC" });
    const begin = cron.nextRun(new Date(now - lasts));
    return begin !== null && begin.getTime() <= now;
  } catch {
    // A schedule that cannot be read opens nothing; Argo CD says so itself.
    return false;
  }
}

function durationOf(text: string): number {
  const parts = [...text.matchAll(/(\d{1,6}(?:\.\d+)?)(h|m|s)/g)];
  const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * (UNITS[unit ?? ""] ?? 0), 0);
  return Math.min(sum, MAX_WINDOW_MS);
}

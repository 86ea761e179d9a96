/** Storms, flapping and churning labels: at most one run for an incident, nothing lost, and records that stay small (safety T28, E8 to E10). */
import { describe, expect, it } from "vitest";
import { serveAlertFired } from "../../../functions/alert-fired.ts";
import { alertmanagerBody, type SentAlert } from "../../../functions/core/local/alertmanager.ts";
import { decideResult } from "../../../functions/core/engine/decide.ts";
import { incidentKey } from "../../../functions/core/engine/incident.ts";
import { jsonBytes } from "../../../functions/core/records/canonical.ts";
import type { IgnoreRule } from "../../../functions/core/records/ignore.ts";
import type { Run } from "../../../functions/core/records/run.ts";
import { bearerToken } from "../../../functions/core/shell/authenticate.ts";
import { lockName } from "../../../functions/core/shell/incidents.ts";
import { moveRun } from "../../../functions/core/shell/runs.ts";
import { CRASH_LOOP, REFUSED, REPOSITORY } from "../engine/a-story.ts";
import { aShell, type Bench } from "./a-shell.ts";

const TOKEN = "a-token-of-more-than-24-characters";
/** A run with all its alerts: far below what a record may have. */
const MAX_RUN_BYTES = 24 * 1024;

interface Door {
  readonly bench: Bench;
  post(alerts: readonly SentAlert[]): Promise<number>;
  runs(): Promise<readonly { name: string; record: Run }[]>;
}

async function aDoor(ignores: readonly IgnoreRule[] = []): Promise<Door> {
  const bench = aShell();
  const source = { repository: REPOSITORY, path: "crash-loop.yaml", commit: "e".repeat(40) };
  const compiled = { ...CRASH_LOOP, on: { alert: { labels: { severity: "warning" } } } };
  await bench.store.create("Pipeline", "crash-loop", { schema: 1, source, valid: true, compiled, compiledFrom: source.commit });
  await bench.store.create("Pipeline", "ignore", { schema: 1, source, valid: true, ignores: [...ignores] });
  const app = serveAlertFired({ shell: bench.shell, authenticate: bearerToken([TOKEN]), repositories: [{ ...REPOSITORY, defaultBranch: "main" }] });
  const headers = { "content-type": "application/json", authorization: `Bearer ${TOKEN}` };
  return {
    bench,
    post: async (alerts) => (await app.request("/", { method: "POST", headers, body: JSON.stringify(alertmanagerBody(alerts)) })).status,
    async runs() {
      const found: { name: string; record: Run }[] = [];
      let after: string | undefined;
      do {
        const page = await bench.store.list("Run", { limit: 500, ...(after !== undefined && { after }) });
        found.push(...page.items);
        after = page.next;
      } while (after !== undefined);
      return found;
    },
  };
}

function anAlert(bench: Bench, labels: Record<string, string>, change: Partial<SentAlert> = {}): SentAlert {
  return { status: "firing", startsAt: bench.now(), labels: { alertname: "KubePodCrashLooping", severity: "warning", ...labels }, annotations: {}, ...change };
}

/** Letters and digits that a replica set's pods have. */
const podOf = (app: number, pod: number): string => `app${app}-5d9c7b8f6-${"bcdfg"[pod % 5]}${"hjklm"[Math.floor(pod / 5) % 5]}x2x`;

describe("ten thousand alerts in a minute, of five hundred incidents", () => {
  it("make five hundred runs, with every alert kept or counted, in small records", async () => {
    const door = await aDoor();
    const answers = new Set<number>();
    for (let body = 0; body < 100; body += 1) {
      const alerts = Array.from({ length: 100 }, (_item, index) => {
        const number = body * 100 + index;
        return anAlert(door.bench, { namespace: "web", pod: podOf(number % 500, Math.floor(number / 500)) });
      });
      answers.add(await door.post(alerts));
      door.bench.later(0.01);
    }
    expect([...answers]).toEqual([202]);
    const runs = await door.runs();
    expect(runs).toHaveLength(500);
    expect(new Set(runs.map(({ record }) => record.incident?.key)).size).toBe(500);
    const counted = runs.map(({ record }) => (record.incident?.alerts.length ?? 0) + (record.incident?.more ?? 0));
    expect(Math.min(...counted)).toBe(20);
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(10_000);
    expect(Math.max(...runs.map(({ record }) => jsonBytes(record)))).toBeLessThan(MAX_RUN_BYTES);
  }, 120_000);

  it("make no second run of an incident, though its bodies come at once", async () => {
    const door = await aDoor();
    const bodies = Array.from({ length: 60 }, (_item, body) =>
      Array.from({ length: 10 }, (_none, app) => anAlert(door.bench, { namespace: "web", pod: podOf(app, body) })),
    );
    const answers = await Promise.all(bodies.map((alerts) => door.post(alerts)));
    expect(new Set(answers)).toEqual(new Set([202]));
    expect(await door.runs()).toHaveLength(10);
  });
});

/** What a function that finds no remedy would bring, for every run that asks. */
async function answerAll({ bench, runs }: Door): Promise<void> {
  for (const { name, record } of await runs()) {
    if (record.outbox.length === 0) continue;
    await moveRun(bench.shell, name, (run, context) => {
      const due = run.outbox.find((entry) => entry.at <= context.now);
      if (!due) return { run, events: [] };
      const result = due.type.endsWith("tool.requested")
        ? REFUSED
        : due.type.endsWith("notification.requested")
          ? ({ result: "said" } as const)
          : ({ result: "woken" } as const);
      return decideResult(run, due.id, result, context);
    });
  }
}

describe("an alert that fires and resolves every thirty seconds", () => {
  it("has three runs in six hours, and one record that does not grow", async () => {
    const door = await aDoor();
    const labels = { namespace: "web", pod: podOf(1, 1) };
    let startsAt = door.bench.now();
    for (let half = 0; half < 720; half += 1) {
      const firing = half % 2 === 0;
      if (firing) startsAt = door.bench.now();
      expect(await door.post([anAlert(door.bench, labels, { status: firing ? "firing" : "resolved", startsAt })])).toBe(202);
      for (let step = 0; step < 3; step += 1) await answerAll(door);
      door.bench.later(0.5);
    }
    const runs = await door.runs();
    expect(runs.length).toBeLessThanOrEqual(3);
    expect(runs.every(({ record }) => record.incident?.alerts.length === 1)).toBe(true);
    expect(Math.max(...runs.map(({ record }) => jsonBytes(record)))).toBeLessThan(MAX_RUN_BYTES / 4);
    const named = (await door.bench.store.read("Lock", lockName(incidentKey(anAlert(door.bench, labels).labels))))?.record;
    expect(runs.map(({ name }) => name)).toContain(named?.run);
  }, 60_000);
});

describe("labels that churn", () => {
  it("are one incident: new pods, instances and ids make no run of their own, and the record stays small", async () => {
    const door = await aDoor();
    for (let turn = 0; turn < 40; turn += 1) {
      const alerts = Array.from({ length: 50 }, (_item, index) => {
        const number = turn * 50 + index;
        return anAlert(door.bench, {
          namespace: "web",
          pod: podOf(1, number),
          instance: `10.0.0.${number}:9100`,
          uid: `uid-${number}`,
          request_id: `r${number}`,
        });
      });
      expect(await door.post(alerts)).toBe(202);
    }
    const [run, ...others] = await door.runs();
    expect(others).toEqual([]);
    expect((run?.record.incident?.alerts.length ?? 0) + (run?.record.incident?.more ?? 0)).toBe(2_000);
    expect(jsonBytes(run?.record)).toBeLessThan(MAX_RUN_BYTES);
  });
});

describe("what people have decided not to hear of", () => {
  it("starts nothing until its day is over, also by the pod's workload; and what works already hears that it is over", async () => {
    const rule = { match: { namespace: "web", deployment: "app1" }, reason: "being rebuilt", until: "2027-01-16" };
    const door = await aDoor([rule]);
    const ignored = anAlert(door.bench, { namespace: "web", pod: podOf(1, 1) });
    expect(await door.post([ignored, anAlert(door.bench, { namespace: "web", pod: podOf(2, 1) })])).toBe(202);
    expect((await door.runs()).map(({ record }) => record.incident?.title)).toEqual(["KubePodCrashLooping web/app2"]);
    expect(door.bench.logged.join("\n")).not.toContain("being rebuilt");
    expect(await door.post([ignored])).toBe(202);
    expect(door.bench.logged.join("\n")).toContain("until 2027-01-16: being rebuilt");
    door.bench.later(2 * 24 * 60);
    await door.post([ignored]);
    expect(await door.runs()).toHaveLength(2);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { formatObject } from "../../../functions/core/records/fields.ts";
import { parseManifest } from "../../../functions/core/records/manifest.ts";
import { judgeAlert } from "../../../functions/core/triage/judge-alert.ts";
import { createSnapshot } from "../../../functions/core/triage/snapshot.ts";

const TableSchema = z.array(
  z.strictObject({
    alert: z.string(),
    labels: z.record(z.string(), z.string()),
    /** The objects that the alert leads to, in order; where a pod is gone, guesses by its name may follow. */
    means: z.array(z.string()).optional(),
    /** Words of the reason for which there is nothing to do. */
    nothing: z.string().optional(),
    namespace: z.string().optional(),
    about: z.enum(["cluster", "heartbeat", "unknown"]).optional(),
  }),
);
type Row = z.infer<typeof TableSchema>[number];

const fixture = (name: string): string => readFileSync(new URL(`${name}.yaml`, import.meta.url), "utf8");
const table = TableSchema.parse(parse(fixture("alerts.table")));
const parsed = parseManifest(fixture("alerts.cluster"));
if ("problem" in parsed) throw new Error(parsed.problem.message);
const snapshot = createSnapshot(parsed.objects, Date.parse("2026-11-25T08:00:00Z"));

const judged = ({ alert, labels }: Row): ReturnType<typeof judgeAlert> => judgeAlert({ alertname: alert, ...labels }, snapshot);

describe("every alert that people have out of the box", () => {
  it.each(table.filter(({ means }) => means).map((row) => [`${row.alert} is about ${row.means?.[0]}`, row] as const))("%s", (_, row) => {
    const found = judged(row);
    const objects = found.about === "objects" ? found.objects.map(formatObject) : [];
    expect(objects.some((name) => name.startsWith("ReplicaSet ")) ? objects.slice(0, row.means?.length) : objects).toEqual(row.means);
  });

  it.each(table.filter(({ nothing }) => nothing !== undefined).map((row) => [row.alert, row] as const))("%s needs nothing, and says why", (_, row) => {
    const found = judged(row);
    expect(found.about).toBe("nothing");
    expect("reason" in found && found.reason).toContain(row.nothing);
  });

  it.each(
    table.filter(({ about, namespace }) => about ?? namespace).map((row) => [`${row.alert} is about ${row.about ?? `all of ${row.namespace}`}`, row] as const),
  )("%s", (_, row) => {
    expect(judged(row)).toMatchObject(row.namespace === undefined ? { about: row.about } : { about: "namespace", namespace: row.namespace });
  });

  it("says one thing of each", () => {
    for (const row of table) expect([row.means, row.nothing, row.namespace, row.about].filter((one) => one !== undefined)).toHaveLength(1);
  });
});

describe("what depends on the cluster", () => {
  const down = { alertname: "KubeSchedulerDown" };
  const withoutK0s = (...others: readonly object[]): ReturnType<typeof createSnapshot> => {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "a" }, status: { nodeInfo: { kubeletVersion: "v1.34.1" } } };
    return createSnapshot([node, ...others.map((other) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "?" }, ...other }))], 0);
  };

  it("a scheduler that runs as a pod is looked at, and one that is nowhere is the cluster's trouble", () => {
    const pod = { metadata: { namespace: "kube-system", name: "kube-scheduler-a" } };
    expect(judgeAlert(down, withoutK0s(pod))).toMatchObject({ about: "objects", objects: [{ kind: "Pod", name: "kube-scheduler-a" }] });
    expect(judgeAlert(down, withoutK0s()).about).toBe("cluster");
    expect(judgeAlert(down).about).toBe("cluster");
  });
  it("a kube-proxy that is short on a node is no false alarm", () => {
    const objects = parsed.objects.map((object) =>
      object.kind === "DaemonSet" ? { ...object, status: { desiredNumberScheduled: 2, numberReady: 1 } } : object,
    );
    expect(judgeAlert({ alertname: "KubeProxyDown" }, createSnapshot(objects, 0))).toMatchObject({
      about: "objects",
      objects: [{ kind: "DaemonSet", name: "kube-proxy" }],
    });
  });
  it("a pod that is gone is found by its replica set, whoever owns that", () => {
    const found = judgeAlert({ alertname: "KubePodCrashLooping", namespace: "web", pod: "shop-6d4cf56db6-zzzzz" }, snapshot);
    expect(found.about === "objects" && found.objects.map(formatObject)).toContain("Deployment web/shop");
  });
  it("labels that want to be fields of every object do no harm", () => {
    for (const alertname of ["constructor", "__proto__", "toString"]) expect(judgeAlert({ alertname }, snapshot)).toMatchObject({ about: "unknown" });
  });
});

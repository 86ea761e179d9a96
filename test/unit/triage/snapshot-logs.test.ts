import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../functions/core/records/manifest.ts";
import { podLogObject } from "../../../functions/core/records/pod-log.ts";
import { createSnapshot } from "../../../functions/core/triage/snapshot.ts";

const pod = { kind: "Pod", namespace: "web", name: "shop-0" };

function snapshotOf(...logs: readonly Parameters<typeof podLogObject>[0][]): ReturnType<typeof createSnapshot> {
  return createSnapshot(logs.map(podLogObject), 0);
}

describe("logs in a snapshot", () => {
  const snapshot = snapshotOf(
    { namespace: "web", pod: "shop-0", container: "shop", previous: false, text: "starting" },
    { namespace: "web", pod: "shop-0", container: "shop", previous: true, text: "exec format error" },
  );

  it("are told apart by the run", () => {
    expect(snapshot.logOf(pod, "shop", { previous: false })).toBe("starting");
    expect(snapshot.logOf(pod, "shop", { previous: true })).toBe("exec format error");
  });

  it("are not another container's, pod's or namespace's", () => {
    expect(snapshot.logOf(pod, "sidecar", { previous: false })).toBeUndefined();
    expect(snapshot.logOf({ ...pod, name: "shop-1" }, "shop", { previous: false })).toBeUndefined();
    expect(snapshot.logOf({ ...pod, namespace: "other" }, "shop", { previous: false })).toBeUndefined();
  });

  it("keep their end, where a crash says why", () => {
    const long = snapshotOf({ namespace: "web", pod: "shop-0", container: "shop", previous: false, text: `${"x".repeat(100_000)} the end` });
    const kept = long.logOf(pod, "shop", { previous: false }) ?? "";
    expect(kept).toHaveLength(16 * 1024);
    expect(kept.endsWith("the end")).toBe(true);
  });

  it("can stand as a document in a case or a dump, and a broken one is not there", () => {
    const document = (text: string): string => `{apiVersion: anchorwatch.dev/v1alpha1, kind: PodLog, metadata: {name: shop-0, namespace: web}, ${text}}`;
    const parsed = parseManifest([document("container: shop, text: boom"), document("container: other, text: 7")].join("\n---\n"));
    if ("problem" in parsed) throw new Error(parsed.problem.message);
    const read = createSnapshot(parsed.objects, 0);
    expect(read.logOf(pod, "shop", { previous: false })).toBe("boom");
    expect(read.logOf(pod, "other", { previous: false })).toBeUndefined();
  });
});

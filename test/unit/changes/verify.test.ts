import { describe, expect, it } from "vitest";
import { baselineOf, type Look, lookAtChange, type LookInput } from "../../../functions/core/changes/verify.ts";
import { rolloutWaitsFor } from "../../../functions/core/changes/rollout.ts";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { changed, recorded, RECORDED_AT } from "../triage/recorded.ts";

const { causes } = diagnose(recorded("kubernetes/crash", "kubernetes/crash-owners"), RECORDED_AT);
const [cause] = causes;
const [healthy, , , , failed, repaired, drift] = [
  "01-synced-healthy",
  "02-synced-progressing-after-bad-commit",
  "03-comparison-error-broken-yaml",
  "04-wrong-type",
  "05-sync-failed-immutable-selector",
  "06-repaired",
  "07-drift",
].map((name) => recorded(`argocd/${name}`)[0]);
const deployment = recorded("kubernetes/crash-owners")[0];
if (!cause || !healthy || !failed || !repaired || !drift || !deployment) throw new Error("not recorded");
const rolledOut = changed(deployment, { status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 } });

function look(over: Partial<LookInput>): Look {
  return lookAtChange({
    cause: { object: { kind: "Deployment", namespace: "f-crash", name: "crash" }, category: "crash-loop" },
    app: { name: "shop", namespace: "argocd" },
    baseline: baselineOf(causes),
    causes: [],
    application: healthy,
    mergeCommit: "0".repeat(40),
    isDescendant: true,
    workload: rolledOut,
    ...over,
  });
}

describe("one look after a merge", () => {
  it("sees it applied, gone, settled", () => {
    expect(look({})).toEqual({
      applied: true,
      finding: "gone",
      worse: [],
      settled: true,
      words: "crash-loop of Deployment f-crash/crash is gone; applied, and the app is healthy",
    });
  });
  it("sees the finding still there, also under another cause of the same object", () => {
    expect(look({ causes }).finding).toBe("present");
    expect(look({ causes: [{ ...cause, category: "image-pull" }] }).finding).toBe("present");
  });
  it("never takes blindness for health", () => {
    expect(look({ causes: undefined })).toMatchObject({ finding: "unknown", words: expect.stringMatching(/could not be seen/) });
  });
  it("calls worse what was not there before, by workload and not by pod", () => {
    const [finding] = cause.findings;
    if (!finding) throw new Error("no finding");
    const other = { ...cause, findings: [{ ...finding, category: "image-pull" }, ...cause.findings] };
    expect(look({ causes: [other] }).worse.map(({ category }) => category)).toEqual(["image-pull"]);
    const renamed = { ...cause, findings: cause.findings.map((one) => ({ ...one, object: { ...one.object, name: "other-pod" } })) };
    expect(look({ causes: [renamed] }).worse).toEqual([]);
    const foreign = { ...other, object: { kind: "Deployment", namespace: "web", name: "other" } };
    expect(look({ causes: [foreign] }).worse).toEqual([]);
    expect(
      look({ causes: [{ ...foreign, app: { name: "shop", namespace: "argocd", repoURL: "", path: "", targetRevision: "" } }] }).worse.length,
    ).toBeGreaterThan(0);
  });
});

describe("is my merge applied (contracts 12.2)", () => {
  const argo = (patch: object): LookInput["application"] => changed(healthy, patch);
  it.each<[string, Partial<LookInput>, Partial<Look>]>([
    ["not while Argo CD compares with another commit", { isDescendant: false }, { applied: false }],
    [
      "not while an operation runs, though it says Synced",
      { application: repaired },
      { applied: false, words: expect.stringMatching(/a sync is still running/) },
    ],
    ["not while it differs", { application: drift }, { applied: false }],
    [
      "yes, though the last operation failed at an older commit",
      { application: argo({ status: { operationState: { phase: "Failed" } } }) },
      { applied: true, settled: true },
    ],
    ["yes, with no operation for that commit at all", { application: argo({ status: { operationState: undefined } }) }, { applied: true, settled: true }],
    [
      "yes but not settled while the app is progressing",
      { application: argo({ status: { health: { status: "Progressing" } } }) },
      { applied: true, settled: false },
    ],
    [
      "yes but not settled while old pods are there",
      { workload: changed(rolledOut, { status: { replicas: 2 } }) },
      { applied: true, settled: false, words: expect.stringMatching(/1 old pods/) },
    ],
    [
      "not when nobody syncs it, which is waited for",
      { application: argo({ spec: { syncPolicy: { automated: undefined } }, status: { sync: { status: "OutOfSync" } } }) },
      { applied: false, waitingFor: "somebody to sync the app" },
    ],
    [
      "not in a closed sync window, which is waited for",
      { application: argo({ status: { sync: { status: "OutOfSync" }, operationState: { phase: "Failed", message: "Cannot sync: Blocked by sync window" } } }) },
      { applied: false, waitingFor: expect.stringMatching(/sync window/) },
    ],
    [
      "not when the sync failed",
      { application: argo({ status: { sync: { status: "OutOfSync" }, operationState: { phase: "Failed", message: "no" } } }) },
      { applied: false, words: expect.stringMatching(/the sync failed: no/) },
    ],
    [
      "not when no app applies the path",
      { application: undefined },
      { applied: false, words: expect.stringMatching(/no Argo CD Application applies this path/) },
    ],
    ["not before the merge", { mergeCommit: undefined }, { applied: false, words: "crash-loop of Deployment f-crash/crash is gone" }],
  ])("%s", (_, over, seen) => {
    expect(look(over)).toMatchObject(seen);
  });
});

describe("a rollout is through", () => {
  it.each([
    ["a Deployment whose new generation is not noticed", changed(rolledOut, { metadata: { generation: 2 } }), /not been noticed/],
    ["a Deployment with no pod available", changed(rolledOut, { status: { availableReplicas: 0 } }), /0 of 1 pods are available/],
    ["a Deployment that is through", rolledOut, undefined],
    ["a StatefulSet that is through", changed(rolledOut, { kind: "StatefulSet", status: { readyReplicas: 1 } }), undefined],
    [
      "a DaemonSet with one node to go",
      changed(rolledOut, { kind: "DaemonSet", status: { updatedNumberScheduled: 1, desiredNumberScheduled: 2, numberAvailable: 2 } }),
      /1 of 2/,
    ],
  ])("%s", (_, workload, words) => {
    if (words) expect(rolloutWaitsFor(workload)).toMatch(words);
    else expect(rolloutWaitsFor(workload)).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { formatObject } from "../../../functions/core/records/fields.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { changed, recorded, RECORDED_AT } from "./recorded.ts";

/** What a diagnosis says, short: root object, category of the cause, categories of its findings. */
function told(objects: readonly KubernetesObject[], now = RECORDED_AT): string[] {
  return diagnose(objects, now).causes.map(
    (cause) => `${formatObject(cause.object)}: ${cause.category} <- ${cause.findings.map((finding) => finding.category).join(" ")}`,
  );
}

function only(objects: readonly KubernetesObject[], kind: string): KubernetesObject {
  const found = objects.find((object) => object.kind === kind);
  if (!found) throw new Error(`no ${kind} recorded`);
  return found;
}

describe("what a real kubelet wrote, and the cause that is told of it", () => {
  it.each([
    ["crash", ["kubernetes/crash", "kubernetes/crash-owners"], ["Deployment f-crash/crash: crash-loop <- crash-loop unavailable"]],
    ["oom", ["kubernetes/oom", "kubernetes/oom-owners"], ["Deployment f-oom/oom: out-of-memory <- out-of-memory out-of-memory unavailable"]],
    ["pull", ["kubernetes/pull"], ["Pod f-pull/pull: image-pull <- image-pull image-pull"]],
    [
      "config",
      ["kubernetes/config"],
      ["Pod f-config/missing-key: config-error <- config-error", "Pod f-config/missing-secret-volume: volume-mount <- volume-mount"],
    ],
    ["init", ["kubernetes/init"], ["Pod f-init/init: init-failing <- init-failing", "Pod f-init/nobin: crash-loop <- crash-loop"]],
    ["job", ["kubernetes/job", "kubernetes/job-owners"], ["Job f-job/migrate: failed-job <- failed-job"]],
    ["live", ["kubernetes/live"], ["Pod f-live/live: crash-loop <- crash-loop crash-loop"]],
    ["ready", ["kubernetes/ready", "kubernetes/ready-owners"], ["Deployment f-ready/ready: not-ready <- not-ready unavailable"]],
    ["pending", ["kubernetes/pending"], ["Pod f-pending/big: unschedulable <- unschedulable", "Pod f-pending/selector: unschedulable <- unschedulable"]],
  ])("%s", (_, files, causes) => {
    expect(told(recorded(...files)).sort()).toEqual(causes);
  });

  it("names the exit code, the restarts and where to look", () => {
    const [cause] = diagnose(recorded("kubernetes/crash", "kubernetes/crash-owners"), RECORDED_AT).causes;
    expect(cause?.title).toBe(
      "Deployment f-crash/crash: CrashLoopBackOff: container app crashes with exit code 1 (an error of the program itself); it was restarted 6 times",
    );
    expect(cause?.findings[0]?.evidence.map(({ field, value }) => `${field} = ${value}`)).toContain("status.containerStatuses[0].restartCount = 6");
    expect(cause?.findings[0]?.since).toBe(Date.parse("2026-11-25T07:43:22Z"));
  });

  it("tells the probe when it is the probe that kills", () => {
    const { findings } = diagnose(recorded("kubernetes/live"), RECORDED_AT);
    expect(findings[0]?.message).toMatch(/killed by its liveness probe: Liveness probe failed/);
  });

  it("names the missing executable of a container that cannot start", () => {
    const { findings } = diagnose(recorded("kubernetes/init"), RECORDED_AT);
    expect(findings.find((finding) => finding.object.name === "nobin")?.message).toMatch(
      /StartError.*cannot start: its command nosuchbinary was not found in the image: failed to create containerd task/,
    );
  });

  it("finds the deployment of a pod whose replica set it does not have", () => {
    expect(told(recorded("kubernetes/crash"))).toEqual(["Deployment f-crash/crash: crash-loop <- crash-loop"]);
  });
});

describe("a crash loop without the words CrashLoopBackOff (contracts 12.2)", () => {
  const pod = only(recorded("kubernetes/crash"), "Pod");
  const end = { exitCode: 1, reason: "Error", startedAt: "2026-11-25T07:48:50Z", finishedAt: "2026-11-25T07:48:51Z" };
  const withStatus = (status: object): KubernetesObject => changed(pod, { status: { containerStatuses: [{ name: "app", ready: false, ...status }] } });

  it("is seen while the last run stands as Error", () => {
    expect(told([withStatus({ restartCount: 3, state: { terminated: end } })])).toHaveLength(1);
  });
  it("is seen while it runs between two crashes", () => {
    expect(told([withStatus({ restartCount: 3, state: { running: { startedAt: "2026-11-25T07:50:05Z" } }, lastState: { terminated: end } })])).toHaveLength(1);
  });
  it("is over when it has run for five minutes", () => {
    const running = { restartCount: 3, ready: true, state: { running: { startedAt: "2026-11-25T07:50:05Z" } }, lastState: { terminated: end } };
    expect(told([withStatus(running)], Date.parse("2026-11-25T07:55:05Z"))).toEqual([]);
  });
  it("is not a single restart, nor a pod that ran to its end, nor one that is being deleted", () => {
    const restarted = withStatus({ restartCount: 1, ready: true, state: { running: { startedAt: "2026-11-25T07:50:05Z" } }, lastState: { terminated: end } });
    const done = changed(withStatus({ restartCount: 0, state: { terminated: { ...end, exitCode: 0 } } }), {
      spec: { restartPolicy: "OnFailure" },
      status: { phase: "Succeeded" },
    });
    const going = changed(pod, { metadata: { deletionTimestamp: "2026-11-25T07:50:00Z" } });
    expect(told([restarted, done, going])).toEqual([]);
  });
});

describe("healthy twins are met with silence", () => {
  const healthyPod = (pod: KubernetesObject): KubernetesObject => {
    const containers = pod.spec !== null && typeof pod.spec === "object" ? Reflect.get(pod.spec, "containers") : [];
    const statuses = (Array.isArray(containers) ? containers : []).map((container: { name: string }) => ({
      name: container.name,
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: "2026-11-25T07:43:20Z" } },
    }));
    const conditions = ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map((type) => ({ type, status: "True" }));
    return changed(pod, { status: { phase: "Running", conditions, containerStatuses: statuses, initContainerStatuses: [] } });
  };

  it.each(["crash", "oom", "pull", "config", "init", "live", "ready", "pending"])("%s", (name) => {
    const pods = recorded(`kubernetes/${name}`).filter((object) => object.kind === "Pod");
    expect(told(pods.map(healthyPod))).toEqual([]);
  });
  it("a deployment that is available, and one that is rolling out since half a minute", () => {
    const deployment = only(recorded("kubernetes/crash-owners"), "Deployment");
    const condition = { type: "Available", status: "False", lastTransitionTime: "2026-11-25T07:49:40Z" };
    expect(told([changed(deployment, { status: { conditions: [condition] } })])).toEqual([]);
    expect(told([changed(deployment, { status: { conditions: [{ ...condition, status: "True" }] } })])).toEqual([]);
  });
  it("nothing at all", () => expect(told([])).toEqual([]));
});

describe("an Argo CD Application through a bad day", () => {
  it.each([
    ["01-synced-healthy", []],
    ["02-synced-progressing-after-bad-commit", []],
    ["03-comparison-error-broken-yaml", ["Application argocd/shop: comparison-error <- comparison-error"]],
    ["04-wrong-type", ["Application argocd/shop: sync-failed <- sync-failed"]],
    ["05-sync-failed-immutable-selector", ["Application argocd/shop: sync-failed <- sync-failed"]],
    ["06-repaired", []],
    ["07-drift", ["Application argocd/shop: out-of-sync <- out-of-sync"]],
  ])("%s", (name, causes) => {
    expect(told(recorded(`argocd/${name}`))).toEqual(causes);
  });

  it("joins what an app says of its health to the workload that is the reason", () => {
    const [app] = recorded("argocd/01-synced-healthy");
    const degraded = changed(app ?? only([], "Application"), {
      status: { health: { status: "Degraded" }, resources: [{ group: "apps", kind: "Deployment", name: "crash", namespace: "f-crash", status: "Synced" }] },
    });
    const [cause, ...others] = diagnose([...recorded("kubernetes/crash", "kubernetes/crash-owners"), degraded], RECORDED_AT).causes;
    expect(others).toEqual([]);
    expect(cause?.findings.map((finding) => finding.category)).toEqual(["crash-loop", "unavailable", "degraded"]);
    expect(cause?.app).toMatchObject({
      name: "shop",
      namespace: "argocd",
      path: "apps/shop",
      repoURL: "http://gitea.example/home/gitops.git",
      targetRevision: "main",
    });
  });
});

describe("ids", () => {
  it("are the same for the same trouble, whichever pod shows it", () => {
    const objects = recorded("kubernetes/crash", "kubernetes/crash-owners");
    const renamed = objects.map((object) => (object.kind === "Pod" ? changed(object, { metadata: { name: "crash-7c875c754b-zzzzz" } }) : object));
    expect(diagnose(renamed, RECORDED_AT).causes[0]?.id).toBe(diagnose(objects, RECORDED_AT).causes[0]?.id);
  });
});

/** Diagnose on a real API server: real controllers and scheduler, nodes and pods by kwok, faults as a kubelet writes them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";
import { clusterLooks } from "../../functions/core/boot/look-cluster.ts";
import { lookOffline, saveLook } from "../../functions/core/boot/look-offline.ts";
import { formatObject } from "../../functions/core/records/fields.ts";
import { listAt, textAt } from "../../functions/core/records/read-object.ts";
import { diagnose } from "../../functions/core/triage/diagnose.ts";
import { describeWith, findServer } from "../servers/find-server.ts";
import { kubectl, kubectlWith, type RealCluster, startKubernetes, until } from "../servers/kubernetes.ts";
import { FAULTS, node, workload } from "./workloads-with-faults.ts";

const HEALTHY = 40;

describeWith("kubernetes", findServer(process.env, "kube-apiserver"), (binary) => {
  let cluster: RealCluster;
  const names = FAULTS.map(({ name }) => name);

  beforeAll(async () => {
    cluster = await startKubernetes(binary);
    const healthy = Array.from({ length: HEALTHY }, (_, index) => workload(`well-${index}`, {}));
    const objects = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "web" } },
      node("pi5-a"),
      node("pi5-b"),
      ...healthy,
      ...FAULTS.map(({ name, spec }) => workload(name, spec ?? {})),
    ];
    await apply(objects);
    await until("pods for all workloads", undefined, async () => (await pods()).length >= HEALTHY + FAULTS.length);
    await until("the well pods run", undefined, async () => (await pods()).filter((pod) => textAt(pod, "status", "phase") === "Running").length >= HEALTHY);
    await breakPods();
  }, 300_000);
  afterAll(() => cluster.stop());

  async function apply(objects: readonly object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await until("objects are applied", undefined, async () => (await kubectlWith(list, cluster.kubeconfig, "apply", "-f", "-")) !== "");
  }

  async function pods(): Promise<readonly unknown[]> {
    const text = await kubectl(cluster.kubeconfig, "get", "pods", "-n", "web", "-o", "json");
    return text === "" ? [] : listAt(JSON.parse(text), "items");
  }

  /** Does what the kubelet of a broken container does: it writes a status. */
  async function breakPod(name: string, status: object): Promise<void> {
    const pod = ["pod", name, "-n", "web"];
    await until(`${name} runs`, undefined, async () => (await kubectl(cluster.kubeconfig, "get", ...pod, "-o", "jsonpath={.status.phase}")) === "Running");
    const patch = ["--subresource=status", "--type=merge", "-p", JSON.stringify({ status })];
    await until(`${name} is broken`, undefined, async () => (await kubectl(cluster.kubeconfig, "patch", ...pod, ...patch)) !== "");
  }

  async function breakPods(): Promise<void> {
    for (const pod of await pods()) {
      const status = FAULTS.find(({ name }) => name === textAt(pod, "metadata", "labels", "app"))?.status;
      if (status) await breakPod(textAt(pod, "metadata", "name") ?? "", status);
    }
  }

  async function told(): Promise<string[]> {
    const look = await (await clusterLooks({ kubeconfig: cluster.kubeconfig }))();
    expect(look.notSeen).toEqual([]);
    return diagnose(look.objects, look.now)
      .causes.map((cause) => `${formatObject(cause.object)} ${cause.category}`)
      .toSorted((a, b) => a.localeCompare(b));
  }

  it("finds every fault among the workloads, and nothing else", async () => {
    const expected = FAULTS.map(({ name, category }) => `Deployment web/${name} ${category}`).toSorted((a, b) => a.localeCompare(b));
    await until("every fault is told", undefined, async () => (await told()).length >= expected.length);
    expect(await told()).toEqual(expected);
  }, 120_000);

  it("tells the same of a dump", async () => {
    const folder = mkdtempSync(join(tmpdir(), "anchorwatch-dump-"));
    try {
      const look = await (await clusterLooks({ kubeconfig: cluster.kubeconfig }))();
      await saveLook(join(folder, "dump.json.gz"), look);
      const read = await lookOffline([join(folder, "dump.json.gz")], { logs: [] });
      expect(diagnose(read.objects, read.now).findings).toEqual(diagnose(look.objects, look.now).findings);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);

  it("says what a guest may not see, and calls nothing healthy by it", async () => {
    await kubectl(cluster.kubeconfig, "create", "clusterrole", "pods-only", "--verb=list", "--resource=pods");
    await kubectl(cluster.kubeconfig, "create", "clusterrolebinding", "guest", "--clusterrole=pods-only", "--user=guest");
    const { status, stdout } = spawnSync(
      process.execPath,
      ["scripts/cli/bin.mjs", "diagnose", "-o", "json", "deployment/web/well-0", "--kubeconfig", cluster.guestKubeconfig],
      { encoding: "utf8" },
    );
    // Deployments may not be listed, so the object is not known: that is no answer.
    expect([status, stdout]).toEqual([2, ""]);
    const all = spawnSync(process.execPath, ["scripts/cli/bin.mjs", "diagnose", "-o", "json", "--kubeconfig", cluster.guestKubeconfig], { encoding: "utf8" });
    const answer = z.looseObject({ causes: z.array(z.unknown()), notSeen: z.array(z.string()) }).parse(JSON.parse(all.stdout));
    expect(answer.notSeen).toContain("nodes: may not be listed (403)");
    expect(answer.causes.length).toBeGreaterThan(10);
  }, 60_000);

  it("is silent after the fixes", async () => {
    await apply(names.map((name) => workload(name, {}, "fixed")));
    await until("silence", undefined, async () => (await told()).length === 0);
    expect(await told()).toEqual([]);
  }, 120_000);
});

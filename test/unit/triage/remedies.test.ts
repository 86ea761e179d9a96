/** The conditions under which each remedy for a live field holds, and the words where it does not. */
import { describe, expect, it } from "vitest";
import { formatField } from "../../../functions/core/records/field-path.ts";
import type { Cause } from "../../../functions/core/records/finding.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { diagnose, type Diagnosis } from "../../../functions/core/triage/diagnose.ts";
import { memoryQuantity, raisedSize } from "../../../functions/core/triage/remedies/memory-size.ts";
import { correctPort } from "../../../functions/core/triage/remedies/probe-kill.ts";
import { pullAnswer } from "../../../functions/core/triage/remedies/pull-answer.ts";
import { raiseMemory } from "../../../functions/core/triage/remedies/raise-memory.ts";
import type { FieldProposal } from "../../../functions/core/triage/remedies/remedied.ts";
import { correctSelector } from "../../../functions/core/triage/remedies/service-labels.ts";
import { troubledContainers } from "../../../functions/core/triage/remedies/troubled.ts";
import { createSnapshot } from "../../../functions/core/triage/snapshot.ts";
import { changed, recorded, RECORDED_AT } from "./recorded.ts";

const MI = 1024 ** 2;

/** What is proposed, or why not, as one line. */
function told(proposal: FieldProposal): string {
  if ("refusal" in proposal) return proposal.refusal;
  return `${formatField(proposal.edit.field)}: ${String(proposal.edit.from)} -> ${String(proposal.edit.to)}`;
}

describe("a higher memory limit", () => {
  const node = (name: string, memory: string, spec: object = {}): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { disk: name } },
    spec,
    status: { allocatable: { memory }, conditions: [{ type: "Ready", status: "True" }] },
  });
  /** The recorded deployment, of whose two containers only `node` is killed, at 128Mi. */
  function killed(
    nodes: readonly KubernetesObject[],
    patch: (container: Readonly<Record<string, unknown>>) => object = (one) => one,
  ): Diagnosis & { cause: Cause } {
    const objects = recorded("kubernetes/oom", "kubernetes/oom-owners").map((object) => {
      if (object.kind !== "Pod") return object;
      const { spec, status } = object as KubernetesObject & {
        spec: { containers: Record<string, unknown>[] };
        status: { containerStatuses: { name: string }[] };
      };
      const containers = spec.containers.filter(({ name }) => name === "node").map(patch);
      return changed(object, { spec: { containers }, status: { containerStatuses: status.containerStatuses.filter(({ name }) => name === "node") } });
    });
    const diagnosis = diagnose([...objects, ...nodes], RECORDED_AT);
    const cause = diagnosis.causes.find(({ category }) => category === "out-of-memory");
    if (!cause) throw new Error("no cause");
    return { ...diagnosis, cause };
  }
  const limits = (value: object) => (container: Readonly<Record<string, unknown>>) => ({ ...container, resources: { limits: value } });

  it("is half as much again, where a node has room", () => {
    const { cause, snapshot } = killed([node("big", "8Gi")]);
    expect(told(raiseMemory({ cause, snapshot, raises: [] }))).toBe("spec.template.spec.containers[node].resources.limits.memory: 128Mi -> 192Mi");
  });

  it.each<[why: string, nodes: readonly KubernetesObject[], words: RegExp]>([
    ["the nodes are too small", [node("small", "150Mi")], /no node has room for 192Mi: node small, .* has 150Mi/],
    ["the only large one has a taint", [node("small", "150Mi"), node("big", "8Gi", { taints: [{ key: "gpu", effect: "NoSchedule" }] })], /node small/],
    ["the only large one is cordoned", [node("big", "8Gi", { unschedulable: true })], /no node that is ready can take the pod/],
    ["no node was seen", [], /no node that is ready can take the pod/],
  ])("is refused where %s", (_, nodes, words) => {
    const { cause, snapshot } = killed(nodes);
    expect(told(raiseMemory({ cause, snapshot, raises: [] }))).toMatch(words);
  });

  it("is refused where the namespace's LimitRange allows less, or its quota has no room, and says which", () => {
    const rule = (kind: string, body: object): KubernetesObject => ({ apiVersion: "v1", kind, metadata: { name: "home", namespace: "f-oom" }, ...body });
    const range = killed([node("big", "8Gi"), rule("LimitRange", { spec: { limits: [{ type: "Container", max: { memory: "160Mi" } }] } })]);
    expect(told(raiseMemory({ ...range, raises: [] }))).toMatch(/does not allow 192Mi: container node: LimitRange home allows at most 160Mi memory/);
    const full = { hard: { "limits.memory": "256Mi" }, used: { "limits.memory": "256Mi" } };
    const quota = killed([node("big", "8Gi"), rule("ResourceQuota", { spec: { hard: full.hard }, status: full })]);
    expect(told(raiseMemory({ ...quota, raises: [] }))).toMatch(/does not allow 192Mi: ResourceQuota home allows 256Mi of limits.memory/);
  });

  it("is refused where there never was a limit", () => {
    const { cause, snapshot } = killed([node("big", "8Gi")], limits({ cpu: "1" }));
    expect(told(raiseMemory({ cause, snapshot, raises: [] }))).toMatch(/has no memory limit, so there is none to raise/);
  });

  it("is refused after two raises, which look like a leak, and not after one", () => {
    const { cause, snapshot } = killed([node("big", "8Gi")]);
    const raise = { commit: "a".repeat(40), from: "64Mi", to: "96Mi" };
    expect(told(raiseMemory({ cause, snapshot, raises: [raise] }))).toMatch(/192Mi$/);
    expect(told(raiseMemory({ cause, snapshot, raises: [raise, raise] }))).toMatch(/raised twice within 30 days .*looks like a leak/);
  });

  it.each([
    [16, "32Mi"],
    [64, "96Mi"],
    [100, "160Mi"],
    [128, "192Mi"],
    [200, "320Mi"],
    [512, "768Mi"],
    [1024, "1536Mi"],
    [2048, "3Gi"],
  ])("of %d Mi goes to %s: a size that people would write, from one and a half to twice as much", (before, after) => {
    const bytes = raisedSize(before * MI);
    expect(memoryQuantity(bytes)).toBe(after);
    expect(bytes / (before * MI)).toBeGreaterThanOrEqual(1.5);
    expect(bytes / (before * MI)).toBeLessThanOrEqual(2);
  });
});

describe("a registry's answer", () => {
  it.each([
    ["not-found", "failed to resolve image: ghcr.io/acme/shop:1.43: not found"],
    ["not-found", "manifest for shop:9 not found: manifest unknown: manifest unknown"],
    ["no-platform", "no match for platform in manifest: not found"],
    ["no-platform", "no matching manifest for linux/arm64/v8 in the manifest list entries"],
    ["rate-limited", "unexpected status code 429 Too Many Requests: toomanyrequests: You have reached your pull rate limit"],
    ["denied", "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope"],
    ["unclear", 'failed to do request: Head "https://r.local/v2/a/manifests/1": dial tcp: lookup r.local: no such host'],
    ["unclear", "unexpected status from HEAD request: 503 Service Unavailable"],
  ])("means %s: %s", (answer, said) => expect(pullAnswer(said)).toBe(answer));
});

describe("a probe at the wrong port", () => {
  function correct(ports: readonly object[], port: number | string): string {
    const pod = recorded("kubernetes/live").find(({ kind }) => kind === "Pod");
    if (!pod) throw new Error("not recorded");
    const [container] = (pod as KubernetesObject & { spec: { containers: object[] } }).spec.containers;
    const probed = changed(pod, { spec: { containers: [{ ...container, ports, livenessProbe: { httpGet: { path: "/livez", port } } }] } });
    const cause = { object: { kind: "Deployment", namespace: "f-live", name: "live" } } as Cause;
    const [troubled] = troubledContainers(
      createSnapshot([probed], RECORDED_AT),
      { object: { kind: "Pod", namespace: "f-live", name: "live" } },
      ({ container: { name } }) => name === "app",
    );
    if (!troubled) throw new Error("not troubled");
    return told(correctPort(cause, troubled, { probe: "livenessProbe", said: "connection refused" }));
  }

  it("asks the one port that is declared", () => {
    expect(correct([{ containerPort: 8080 }], 9090)).toBe("spec.template.spec.containers[app].livenessProbe.httpGet.port: 9090 -> 8080");
    expect(correct([{ containerPort: 8080, name: "http" }], "web")).toMatch(/port: web -> 8080$/);
  });

  it.each<[why: string, ports: readonly object[], port: number | string, words: RegExp]>([
    ["several are declared", [{ containerPort: 8080 }, { containerPort: 9000 }], 9090, /it declares several \(8080, 9000\)/],
    ["none is declared", [], 9090, /it declares none/],
    ["its port is declared", [{ containerPort: 8080 }], 8080, /port 8080 is one that it declares/],
    ["its port's name is declared", [{ containerPort: 8080, name: "http" }], "http", /port http is one that it declares/],
  ])("is left alone where %s", (_, ports, port, words) => expect(correct(ports, port)).toMatch(words));
});

describe("a selector that matches nothing", () => {
  const workload = (name: string, labels: object): KubernetesObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "web" },
    spec: { template: { metadata: { labels } } },
  });
  const correct = (selector: object, ...workloads: readonly KubernetesObject[]): string => {
    const service: KubernetesObject = { apiVersion: "v1", kind: "Service", metadata: { name: "shop", namespace: "web" }, spec: { selector } };
    return told(correctSelector(createSnapshot([service, ...workloads], RECORDED_AT), service));
  };

  it("gets the one label right that keeps it from the one workload", () => {
    const labels = { app: "shop", "app.kubernetes.io/part-of": "home" };
    const wanted = { app: "shop", "app.kubernetes.io/part-of": "house" };
    expect(correct(wanted, workload("shop", labels), workload("blog", { app: "blog" }))).toBe('spec.selector["app.kubernetes.io/part-of"]: house -> home');
  });

  it.each<[why: string, selector: object, workloads: readonly KubernetesObject[], words: RegExp]>([
    [
      "two workloads may be meant",
      { app: "x" },
      [workload("a", { app: "a" }), workload("b", { app: "b" })],
      /more than one workload .*Deployment web\/a and Deployment web\/b/,
    ],
    ["two labels differ", { app: "x", tier: "y" }, [workload("a", { app: "a", tier: "b" })], /none of its app's workloads/],
    ["the pods lack the label", { app: "a", tier: "y" }, [workload("a", { app: "a" })], /have no label tier/],
    ["nothing is there", { app: "x" }, [], /none of its app's workloads \(none\)/],
  ])("is left alone where %s", (_, selector, workloads, words) => expect(correct(selector, ...workloads)).toMatch(words));
});

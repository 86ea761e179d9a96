/** The report on the whole cluster: against the one before, with what will break soon, and what was not measured. */
import { describe, expect, it } from "vitest";
import type { Health, Measured } from "../../../functions/core/records/health.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { hasNews, healthOf } from "../../../functions/core/triage/health.ts";
import { readCase } from "./a-case.ts";
import { recorded, RECORDED_AT } from "./recorded.ts";

const NOTHING: Measured = { volumes: [], volumesFill: [], disks: [], disksFill: [], memory: [], certificates: [] };
const CRASH = recorded("kubernetes/crash", "kubernetes/crash-owners");
const PULL = recorded("kubernetes/pull");

function report(objects: readonly KubernetesObject[], over: Partial<Parameters<typeof healthOf>[0]> = {}, now = RECORDED_AT): Health {
  return healthOf({ diagnosis: diagnose(objects, now), rules: [], measured: NOTHING, earlier: undefined, ...over });
}

const soonWords = (measured: Partial<Measured>, objects: readonly KubernetesObject[] = CRASH): string[] =>
  report(objects, { measured: { ...NOTHING, ...measured } }).soon.map(({ words }) => words);

describe("what has changed", () => {
  it("is not known from the first report, in which nothing is new; it is worth a message where something is wrong", () => {
    const first = report(CRASH);
    expect(first).toMatchObject({ causes: [{ isNew: false, object: { name: "crash" } }], gone: [] });
    expect(first.comparedWith).toBeUndefined();
    expect([hasNews(first), hasNews(report([]))]).toEqual([true, false]);
  });

  it("is what came and what went since the one before", () => {
    const earlier = report(CRASH);
    const next = report(PULL, { earlier });
    expect(next.causes.every(({ isNew }) => isNew)).toBe(true);
    expect(next.gone).toEqual(earlier.causes.map(({ title }) => title));
    expect(next.comparedWith).toBe(RECORDED_AT);
    expect(hasNews(next)).toBe(true);
  });

  it("is nothing while all is as before, and then nobody is told again", () => {
    const same = report(CRASH, { earlier: report(CRASH) });
    expect(same.causes.map(({ isNew }) => isNew)).toEqual([false]);
    expect(hasNews(same)).toBe(false);
  });

  it("does not call gone what is only ignored", () => {
    const rules = [{ match: { namespace: "f-crash" }, reason: "a playground", until: "2027-01-31" }];
    const ignored = report(CRASH, { earlier: report(CRASH), rules });
    expect(ignored).toMatchObject({ causes: [], gone: [], ignored: [{ match: "namespace=f-crash", until: "2027-01-31", causes: 1 }] });
    expect(report(CRASH, { rules: [{ ...rules[0], match: { namespace: "f-crash" }, reason: "over", until: "2026-01-31" }] }).ignored).toEqual([]);
  });
});

describe("what will break soon", () => {
  const claim = { namespace: "db", persistentvolumeclaim: "data" };
  it.each([
    ["a volume that is nearly full", { volumes: [{ labels: claim, value: 0.93 }] }, ["PersistentVolumeClaim db/data is 93 % full"]],
    [
      "one that fills",
      { volumes: [{ labels: claim, value: 0.71 }], volumesFill: [{ labels: claim, value: 3.2 * 86_400 }] },
      ["PersistentVolumeClaim db/data is 71 % full, and full in 3 days if it goes on as in the last day"],
    ],
    ["not one that grows and is nearly empty", { volumes: [{ labels: claim, value: 0.2 }], volumesFill: [{ labels: claim, value: 86_400 }] }, []],
    ["not one that is full enough", { volumes: [{ labels: claim, value: 0.8 }] }, []],
    [
      "a node's disk, by the node's name",
      { disks: [{ labels: { node: "pi-1", instance: "192.168.1.11:9100", mountpoint: "/" }, value: 0.95 }] },
      ["the disk at / of Node pi-1 is 95 % full"],
    ],
    [
      "memory near its limit, by the workload",
      { memory: [0.92, 0.97].map((value) => ({ labels: { namespace: "f-crash", pod: CRASH[0]?.metadata.name ?? "", container: "app" }, value })) },
      ["container app of Deployment f-crash/crash came to 97 % of its memory limit within the last day; beyond it it is killed"],
    ],
    ["not that of a pod that is gone", { memory: [{ labels: { namespace: "web", pod: "gone", container: "app" }, value: 0.99 }] }, []],
    [
      "a certificate that was probed",
      { certificates: [{ labels: { instance: "https://x.home" }, value: Date.parse("2026-12-01T07:00:00Z") / 1000 }] },
      ["the certificate at https://x.home expires on 2026-12-01, in 5 days"],
    ],
    ["not one that has a month", { certificates: [{ labels: { instance: "https://x.home" }, value: RECORDED_AT / 1000 + 30 * 86_400 }] }, []],
  ])("%s", (_what, measured, words) => {
    expect(soonWords(measured)).toEqual(words);
  });

  it("a certificate in a Secret that nothing renews, and none of cert-manager's", () => {
    const { objects } = readCase("test/cases/infra/certificates/tls-secret-expired.yaml");
    const { soon } = report(objects, {}, Date.parse("2027-01-20T06:00:00Z"));
    expect(soon).toMatchObject([
      { words: "the certificate in Secret web/blog-tls for blog.home.example, which nothing renews, expires on 2027-01-30, in 10 days" },
    ]);
  });

  it("a quota that is nearly used up, and none of which only a few are meant", () => {
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q", namespace: "web" } };
    const status = { hard: { pods: "20", "services.loadbalancers": "1" }, used: { pods: "19", "services.loadbalancers": "1" } };
    expect(soonWords({}, [{ ...quota, status }])).toEqual(["ResourceQuota web/q: pods is used up to 95 % (19 of 20)"]);
  });
});

describe("what is not measured", () => {
  it("is said with the reason, once for all that has the same", () => {
    const no = "no Prometheus is configured";
    const none: Measured = {
      volumes: no,
      volumesFill: no,
      disks: no,
      disksFill: no,
      memory: no,
      certificates: "Prometheus has no `probe_ssl_earliest_cert_expiry`",
    };
    expect(report(CRASH, { measured: none }).notMeasured).toEqual([
      "how full volumes are, how full the disks of nodes are, how near containers come to their memory limits: no Prometheus is configured",
      "when the certificates of probed addresses expire: Prometheus has no `probe_ssl_earliest_cert_expiry`",
    ]);
  });

  it("names TLS Secrets of which only the name was read", () => {
    const objects = readCase("test/cases/infra/certificates/tls-secret-expired.yaml").objects;
    const named = objects.map((object) => (object.kind === "Secret" ? { apiVersion: "v1", kind: "Secret", metadata: object.metadata } : object));
    expect(report(named).notMeasured).toEqual([
      "when 2 certificates expire that nothing renews (Secret web/shop-tls, Secret web/blog-tls): the contents of Secrets are not read",
    ]);
  });
});

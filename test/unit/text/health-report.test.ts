/** What people read every morning, as a person has read and approved it (`test/look/`): after a change that is meant, `vitest -u` writes it; read it. */
import { describe, expect, it } from "vitest";
import type { Measured } from "../../../functions/core/records/health.ts";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { healthOf } from "../../../functions/core/triage/health.ts";
import { healthMarkdown, healthMessage, healthTitle } from "../../../functions/core/text/health-report.ts";
import { readCase } from "../triage/a-case.ts";
import { recorded, RECORDED_AT } from "../triage/recorded.ts";

const claim = { namespace: "db", persistentvolumeclaim: "data" };
const measured: Measured = {
  volumes: [{ labels: claim, value: 0.71 }],
  volumesFill: [{ labels: claim, value: 3.2 * 86_400 }],
  disks: [{ labels: { node: "pi-1", mountpoint: "/" }, value: 0.95 }],
  disksFill: [],
  memory: "Prometheus has no `container_memory_working_set_bytes`",
  certificates: "Prometheus has no `probe_ssl_earliest_cert_expiry`",
};
const unmeasured = "no Prometheus is named (`prometheus` in anchorwatch.yaml, --prometheus on the command line)";
const rules = [
  { match: { namespace: "f-pull" }, reason: "a playground | broken on purpose", until: "2027-01-31" },
  { match: { kind: "Node", name: "pi-3" }, reason: "switched off for the winter", until: "2027-03-01" },
];

describe("the health report", () => {
  const certificates = readCase("test/cases/infra/certificates/tls-secret-expired.yaml").objects;
  const yesterday = healthOf({
    diagnosis: diagnose([...recorded("kubernetes/init"), ...certificates], RECORDED_AT - 86_400_000),
    rules,
    measured,
    earlier: undefined,
  });
  const objects = [...recorded("kubernetes/crash", "kubernetes/crash-owners", "kubernetes/pull"), ...certificates];
  const today = healthOf({ diagnosis: diagnose(objects, RECORDED_AT), rules, measured, earlier: yesterday });
  const quiet = healthOf({
    diagnosis: diagnose(readCase("test/cases/workloads/home-cluster-that-is-well.yaml").objects, RECORDED_AT),
    rules: [],
    measured: { volumes: unmeasured, volumesFill: unmeasured, disks: unmeasured, disksFill: unmeasured, memory: unmeasured, certificates: unmeasured },
    earlier: undefined,
  });

  it("looks like this", async () => {
    const shown = [today, quiet].map((health) => `${healthTitle(health)}\n\n${healthMarkdown(health)}\n\n--- as a message ---\n${healthMessage(health)}\n`);
    await expect(shown.join("\n==========\n\n")).toMatchFileSnapshot("../../look/health-report.txt");
  });

  it("lets nothing from the cluster be a mention, a link or a table's cell", () => {
    const evil = "@everyone see http://evil.example |\n# hello <!-- x -->";
    const [cause] = today.causes;
    if (!cause) throw new Error("there is no cause");
    const text = healthMarkdown({
      ...today,
      causes: [{ ...cause, title: evil, detail: evil }],
      gone: [evil],
      soon: [{ id: "x", words: evil, isNew: true }],
      notMeasured: [evil],
      ignored: [{ match: evil, reason: evil, until: "2027-01-31", causes: 0 }],
    });
    expect(text).not.toMatch(/(?<!`)@everyone(?!.*`)/);
    expect(text.split("\n").filter((line) => line.startsWith("# ") || line.startsWith("<!--"))).toEqual([]);
    expect(text.split("\n").filter((line) => line.startsWith("|"))).toHaveLength(3);
  });
});

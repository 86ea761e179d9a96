import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { readAlertLabels } from "../../../functions/core/adapters/offline/read-alert.ts";
import { folderOf } from "./a-folder.ts";

const labels = { alertname: "KubePodCrashLooping", namespace: "web", pod: "shop-0" };
const alert = { labels, annotations: { summary: "x" }, startsAt: "2026-11-25T07:50:10Z" };
const resolved = { status: "resolved", labels: { alertname: "Other" } };

function labelsIn(content: string): Promise<readonly object[]> {
  return readAlertLabels(join(folderOf({ alert: content }), "alert"));
}

describe("an alert in a file", () => {
  it.each([
    ["what Alertmanager posts", JSON.stringify({ version: "4", alerts: [{ status: "firing", ...alert }, resolved] })],
    ["the same as YAML", stringify({ alerts: [{ status: "firing", ...alert }, resolved] })],
    ["what its API answers", JSON.stringify([{ ...alert, status: { state: "active", silencedBy: [] } }])],
    ["what Prometheus answers", JSON.stringify({ status: "success", data: { alerts: [{ ...alert, state: "firing" }] } })],
    ["one alert", JSON.stringify(alert)],
    ["one alert as YAML", stringify(alert)],
    ["bare labels", JSON.stringify(labels)],
    ["bare labels as YAML", stringify(labels)],
  ])("%s", async (_, content) => {
    expect(await labelsIn(content)).toEqual([labels]);
  });

  it("that is resolved is taken where none fires", async () => {
    expect(await labelsIn(JSON.stringify({ alerts: [resolved] }))).toEqual([resolved.labels]);
  });

  it("keeps what YAML takes for a number as the text that it is", async () => {
    expect(await labelsIn("alertname: Down\nport: 8080\n")).toEqual([{ alertname: "Down", port: "8080" }]);
  });

  it.each(["", "[]", "7", '{"alerts":[]}', '{"labels":{}}', "[[[", "kind: Pod\nmetadata: {name: x}\n"])(
    "that is none is refused with the file's name: %s",
    async (content) => {
      await expect(labelsIn(content)).rejects.toThrow(/alert: |alert:\d+:\d+: /);
    },
  );
});

/** A manifest that the cluster would refuse is refused here, with the place; one that it would never make ready, too. */
import { describe, expect, it } from "vitest";
import { readTopology } from "../../../functions/core/local/broker/topology.ts";
import { manifest } from "./a-broker.ts";

const PING = `apiVersion: sources.knative.dev/v1
kind: PingSource
metadata: { name: tick, namespace: here }
spec:
  schedule: "* * * * *"
  sink: { ref: { apiVersion: eventing.knative.dev/v1, kind: Broker, name: default } }
`;

function complaints(text: string): string {
  try {
    readTopology([
      { path: "here.yaml", text: manifest() },
      { path: "more.yaml", text },
    ]);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function ofTrigger(spec: string): string {
  return complaints(`apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: { name: bad, namespace: here }
spec:
  broker: default
${spec}
`);
}

function ofService(podSpec: string): string {
  return complaints(`apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: other, namespace: here }
spec:
  template:
    spec:
${podSpec}
`);
}

const SUBSCRIBER = "  subscriber: { uri: http://x/ }";

describe("a Trigger", () => {
  it.each([
    ["an unknown field", `${SUBSCRIBER}\n  retries: 3`, '7:12: unknown field "spec.retries"'],
    ["an unknown field of its delivery", `${SUBSCRIBER}\n  delivery: { retires: 3 }`, '7:24: unknown field "spec.delivery.retires"'],
    ["a duration that is none", `${SUBSCRIBER}\n  delivery: { backoffDelay: 1s }`, "7:29: invalid value: 1s: spec.delivery.backoffDelay"],
    ["no time at all", `${SUBSCRIBER}\n  delivery: { timeout: PT0S }`, "7:24: invalid value: PT0S: spec.delivery.timeout"],
    ["fewer than no retries", `${SUBSCRIBER}\n  delivery: { retry: -1 }`, "7:22: invalid value: -1: spec.delivery.retry"],
    ["another format", `${SUBSCRIBER}\n  delivery: { format: xml }`, "7:23: invalid value: xml: spec.delivery.format"],
    [
      "a path without a host",
      "  subscriber: { uri: /x }",
      "6:22: invalid value: Relative URI is not allowed when Ref and [apiVersion, kind, name] is absent: spec.subscriber.uri",
    ],
    [
      "a host beside a reference",
      "  subscriber: { ref: { apiVersion: serving.knative.dev/v1, kind: Service, name: worker }, uri: http://x/ }",
      "6:15: Absolute URI is not allowed when Ref or [apiVersion, kind, name] is present: spec.subscriber.ref, spec.subscriber.uri",
    ],
    ["half a reference", "  subscriber: { ref: { kind: Service, name: worker } }", "6:22: missing field(s): spec.subscriber.ref.apiVersion"],
    ["an empty value", `${SUBSCRIBER}\n  filters: [{ exact: { type: "" } }]`, "7:22: Knative would skip a filter with an empty value: spec.filters[0].exact"],
    [
      "two dialects in one filter",
      `${SUBSCRIBER}\n  filters: [{ exact: { type: a }, prefix: { type: b } }]`,
      "7:13: multiple dialects found, filters can have only one dialect set: spec.filters[0]",
    ],
    [
      "two dialects deep inside",
      `${SUBSCRIBER}\n  filters: [{ not: { all: [{ exact: { type: a }, prefix: { type: b } }] } }]`,
      "7:28: multiple dialects found, filters can have only one dialect set: spec.filters[0].not.all[0]",
    ],
    ["CESQL", `${SUBSCRIBER}\n  filters: [{ cesql: "type = 'a'" }]`, "7:22: the local broker does not know CESQL: spec.filters[0].cesql"],
    [
      "an annotation that is no text",
      `${SUBSCRIBER}\n---\napiVersion: eventing.knative.dev/v1\nkind: Broker\nmetadata: { name: b, annotations: { a: true } }`,
      "10:40: Invalid input: expected string, received boolean: metadata.annotations[a]",
    ],
  ])("is refused with %s", (_what, spec, complaint) => {
    expect(ofTrigger(spec)).toBe(`more.yaml:${complaint}`);
  });

  it("is refused with a broker or a subscriber that no manifest has", () => {
    expect(
      complaints(`apiVersion: eventing.knative.dev/v1\nkind: Trigger\nmetadata: { name: bad, namespace: there }\nspec:\n  broker: default\n${SUBSCRIBER}\n`),
    ).toBe("more.yaml:5:11: no manifest has Broker there/default");
    expect(ofTrigger("  subscriber: { ref: { apiVersion: serving.knative.dev/v1, kind: Service, name: wroker } }")).toBe(
      "more.yaml:6:15: no manifest has Service here/wroker",
    );
  });
});

describe("a PingSource", () => {
  it("is taken with five fields or six, and a time zone", () => {
    expect(complaints(PING)).toBe("");
    expect(complaints(PING.replace('"* * * * *"', '"*/10 0-30 8,20 * jan-mar MON"\n  timezone: Europe/Berlin'))).toBe("");
  });

  it.each(["@every 1m", "@hourly", "* * * *", "61 * * * *", "* * * * * * *", "* * L * *", "0 0 * * 7", "* * 5#2 * *"])(
    "is refused with the schedule %s",
    (schedule) => {
      expect(complaints(PING.replace("* * * * *", schedule))).toBe(`more.yaml:5:13: invalid value: ${schedule}: spec.schedule`);
    },
  );

  it("is refused with a time zone that is none", () => {
    expect(complaints(PING.replace("  sink", "  timezone: Europe/Bonn\n  sink"))).toBe("more.yaml:6:13: invalid value: Europe/Bonn: spec.timezone");
  });

  it("is refused with data of both kinds, and with a sink that no manifest has", () => {
    expect(complaints(PING.replace("  sink", '  data: a\n  dataBase64: "YQ=="\n  sink'))).toBe(
      "more.yaml:5:3: expected exactly one, got both: data, dataBase64: spec",
    );
    expect(complaints(PING.replace("name: default }", "name: other }"))).toBe("more.yaml:6:9: no manifest has Broker here/other");
  });
});

describe("a Service", () => {
  it.each([
    [
      "more than 600 seconds",
      "      timeoutSeconds: 601\n      containers: [{ image: x }]",
      "7:23: expected 1 <= timeoutSeconds <= 600: spec.template.spec.timeoutSeconds",
    ],
    [
      "a field of a pod behind a feature flag",
      "      nodeSelector: { a: b }\n      containers: [{ image: x }]",
      '7:21: unknown field "spec.template.spec.nodeSelector"',
    ],
    ["an unknown field of a container", "      containers: [{ image: x, lifecycle: {} }]", '7:43: unknown field "spec.template.spec.containers[0].lifecycle"'],
    [
      "a misspelt probe",
      "      containers: [{ image: x, readinessProbe: { httpGet: { paht: / } } }]",
      '7:67: unknown field "spec.template.spec.containers[0].readinessProbe.httpGet.paht"',
    ],
  ])("is refused with %s", (_what, podSpec, complaint) => {
    expect(ofService(podSpec)).toBe(`more.yaml:${complaint}`);
  });
});

describe("a manifest", () => {
  it("is refused when it is no YAML, no manifest, or a kind of Knative's that is unknown here", () => {
    expect(complaints("a: [")).toMatch(/^more\.yaml:\d+:\d+: /);
    expect(complaints("a: b")).toBe("more.yaml:1:1: is no manifest: apiVersion or kind is missing");
    expect(complaints("apiVersion: flows.knative.dev/v1\nkind: Sequence\n")).toBe(
      "more.yaml:2:7: the local broker does not know flows.knative.dev/v1 Sequence",
    );
  });

  it("is refused when it is there twice", () => {
    expect(complaints(`${PING}---\n${PING}`)).toBe("more.yaml:10:19: PingSource here/tick is there twice");
  });

  it("of any other kind is not the broker's business", () => {
    expect(complaints("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n")).toBe("");
  });

  it("has each of its problems on a line of its own", () => {
    expect(complaints(`${PING.replace("* * * * *", "@daily")}---\n${PING.replace("name: tick", "name: Tick")}`).split("\n")).toHaveLength(2);
  });
});

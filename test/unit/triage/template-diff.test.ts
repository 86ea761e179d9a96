import { describe, expect, it } from "vitest";
import { templateDiff } from "../../../functions/core/triage/template-diff.ts";

const template = (container: object, pod: object = {}): object => ({ spec: { containers: [{ name: "shop", image: "shop:1", ...container }], ...pod } });

describe("what differs between two pod templates", () => {
  it("names images and resources with their values, first", () => {
    const [before, after] = [template({ args: ["--a"] }), template({ args: ["--b"], image: "shop:2", resources: { limits: { memory: "1Gi" } } })];
    expect(templateDiff(before, after)).toEqual([
      "containers[shop].image from shop:1 to shop:2",
      "containers[shop].resources.limits.memory from nothing to 1Gi",
      "containers[shop].args",
    ]);
  });
  it("never tells a value that may be secret, nor whether a variable's value or its source changed", () => {
    const secret = "hunter2";
    const before = template({ env: [{ name: "TOKEN", value: "old" }], command: ["sh"] });
    const after = template({ env: [{ name: "TOKEN", value: secret }], command: ["sh", secret] }, { hostname: secret });
    expect(templateDiff(before, after)).toEqual(["containers[shop].env[TOKEN]", "containers[shop].command", "hostname"]);
  });
  it("sees a container that was put first as one new container, and no change in the others", () => {
    const added = {
      spec: {
        containers: [
          { name: "proxy", image: "proxy:1" },
          { name: "shop", image: "shop:1" },
        ],
      },
    };
    expect(templateDiff(template({}), added)).toEqual(["containers[proxy].image from nothing to proxy:1", "containers[proxy].name"]);
  });
  it("ignores what controllers write into each revision, and says nothing of equal templates", () => {
    const labelled = (hash: string): object => ({ metadata: { labels: { app: "shop", "pod-template-hash": hash } }, ...template({}) });
    expect(templateDiff(labelled("a"), labelled("b"))).toEqual([]);
    expect(templateDiff(undefined, undefined)).toEqual([]);
  });
  it("tells six fields, and how many more there are", () => {
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`field${index}`, index]));
    expect(templateDiff(template({}), template({}, many)).at(-1)).toBe("4 more fields");
  });
});

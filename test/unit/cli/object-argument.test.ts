import { describe, expect, it } from "vitest";
import { readObjectArgument } from "../../../scripts/cli/object-argument.ts";

describe("an object on the command line", () => {
  const shop = { kind: "Deployment", name: "shop", namespace: "web" };

  it.each([
    [["deployment/web/shop"], undefined, shop],
    [["deployment/shop"], "web", shop],
    [["deploy", "shop"], "web", shop],
    [["deployments.apps/shop"], "web", shop],
    [["Deployment", "web/shop"], undefined, shop],
    [["deploy/web/shop"], "web", shop],
    [["deploy/shop"], undefined, { kind: "Deployment", name: "shop" }],
    [["no/pi-1"], "web", { kind: "Node", name: "pi-1" }],
    [["app/shop"], undefined, { kind: "Application", name: "shop" }],
    [["Gadget/x"], "web", { kind: "Gadget", name: "x", namespace: "web" }],
    ...["po", "sts", "ds", "svc", "ing", "pvc", "cj", "hpa", "pdb", "ingresses", "jobs"].map(
      (word) => [[`${word}/x`], "web", { name: "x", namespace: "web" }] as [string[], string, object],
    ),
  ])("%j in %s", (words, namespace, object) => {
    expect(readObjectArgument(words, namespace).object).toMatchObject(object);
  });

  it("nothing asks about everything, or a namespace", () => {
    expect(readObjectArgument([], undefined)).toEqual({});
    expect(readObjectArgument([], "web")).toEqual({ namespace: "web" });
  });

  it.each([
    [["deployment"], "KIND/NAME"],
    [["deployment/"], "KIND/NAME"],
    [["deployment/a/b/c"], "KIND/NAME"],
    [["wheel/x"], "no such kind"],
    [["deploy/web/shop"], "the namespace is web here and test in -n"],
  ])("%j is refused: %s", (words, reason) => {
    expect(() => readObjectArgument(words, "test")).toThrow(reason);
  });
});

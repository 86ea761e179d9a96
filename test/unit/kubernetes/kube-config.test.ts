import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { loadKubeConfig } from "../../../functions/core/adapters/kubernetes/kube-config.ts";
import { folderOf } from "../offline/a-folder.ts";

const config = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "home", cluster: { server: "https://pi.home:6443" } }],
  users: [{ name: "me", user: { token: "x" } }],
  contexts: [
    { name: "home", context: { cluster: "home", user: "me", namespace: "web" } },
    { name: "broken", context: { cluster: "gone", user: "me" } },
  ],
  "current-context": "home",
};

function fileWith(content: string): string {
  return join(folderOf({ config: content }), "config");
}

describe("a kubeconfig", () => {
  it("names the cluster of its current context, or of the one that is asked for", () => {
    expect(loadKubeConfig({ kubeconfig: fileWith(stringify(config)) }).getCurrentCluster()?.server).toBe("https://pi.home:6443");
    expect(loadKubeConfig({ kubeconfig: fileWith(stringify({ ...config, "current-context": "broken" })), context: "home" }).getCurrentContext()).toBe("home");
  });

  it.each([
    [stringify(config), "nowhere", "there is no context nowhere; there are: home, broken"],
    [stringify(config), "broken", "the context broken names no cluster"],
    [stringify({ ...config, "current-context": "" }), undefined, "the context (none is current) names no cluster"],
    ["clusters: [", undefined, "config: "],
    ["", undefined, "config: "],
    ["just words", undefined, "config"],
  ])("that is wrong says why", (content, context, reason) => {
    expect(() => loadKubeConfig({ kubeconfig: fileWith(content), context })).toThrow(reason);
  });

  it("that is not there is named", () => {
    expect(() => loadKubeConfig({ kubeconfig: "/nowhere/config" })).toThrow("/nowhere/config");
  });
});

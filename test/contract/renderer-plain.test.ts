import { describe, expect, it } from "vitest";
import { createPlainRenderer } from "../../functions/core/adapters/renderer/plain.ts";
import { Refused } from "../../functions/core/ports/errors.ts";
import { formatObject } from "../../functions/core/records/fields.ts";

const renderer = createPlainRenderer();
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;

async function render(files: Record<string, string>, path = "apps/shop"): Promise<string[] | string> {
  const rendered = await renderer.render(
    path,
    Object.entries(files).map(([name, text]) => ({ path: name, text })),
  );
  return rendered.kind === "not-rendered" ? rendered.reason : rendered.objects.map((object) => formatObject({ kind: object.kind, name: object.metadata.name }));
}

describe("rendering plain manifests", () => {
  it("takes YAML and JSON, several documents, and lists apart", async () => {
    const files = {
      "apps/shop/a.yaml": `${configMap("a")}---\n# nothing\n---\n${configMap("b")}`,
      "apps/shop/b.json": JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } }),
      "apps/shop/c.yml": `apiVersion: v1\nkind: List\nitems:\n- ${configMap("d").replaceAll("\n", "\n  ").trimEnd()}\n`,
      "apps/shop/README.md": "no manifest",
    };
    expect(await render(files)).toEqual(["ConfigMap a", "ConfigMap b", "ConfigMap c", "ConfigMap d"]);
  });
  it("looks at neither folders below nor neighbours, as Argo CD does", async () => {
    expect(await render({ "apps/shop/a.yaml": configMap("a"), "apps/shop/sub/b.yaml": configMap("b"), "apps/shopping/c.yaml": configMap("c") })).toEqual([
      "ConfigMap a",
    ]);
    expect(await render({ "a.yaml": configMap("a"), "apps/b.yaml": configMap("b") }, ".")).toEqual(["ConfigMap a"]);
    expect(await render({}, "apps/none")).toEqual([]);
  });
  it("leaves out what Argo CD is told to leave out", async () => {
    expect(await render({ "apps/shop/a.yaml": `# +argocd:skip-file-rendering\nnot: [a manifest\n` })).toEqual([]);
  });
  it.each(["kustomization.yaml", "kustomization.yml", "Kustomization", "Chart.yaml", "x.jsonnet", ".argocd-source.yaml"])(
    "claims nothing where there is %s",
    async (name) => {
      expect(await render({ "apps/shop/a.yaml": configMap("a"), [`apps/shop/${name}`]: "x" })).toMatch(/not rendered here/);
    },
  );
  it("claims nothing where an object stands twice", async () => {
    expect(await render({ "apps/shop/a.yaml": configMap("a"), "apps/shop/b.yaml": configMap("a") })).toBe(
      "ConfigMap a stands in apps/shop/a.yaml and again in apps/shop/b.yaml",
    );
  });
  it.each([
    ["broken YAML", "a: [1, 2\n", /^apps\/shop\/a\.yaml:2:1: /],
    ["a duplicate key", `${configMap("a")}kind: Secret\n`, /^apps\/shop\/a\.yaml:4:1: Map keys must be unique/],
    ["no manifest", "a: 1\n", /^apps\/shop\/a\.yaml:1:1: has no apiVersion/],
    ["no name, in the second document", `${configMap("a")}---\napiVersion: v1\nkind: Pod\n`, /^apps\/shop\/a\.yaml:5:1: Pod has no metadata\.name/],
    ["an unknown tag", "a: !!js/function x\n", /^apps\/shop\/a\.yaml:1:4: Unresolved tag/],
    ["an alias bomb", `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${"*a,".repeat(9)}*a]\nc: &c [${"*b,".repeat(9)}*b]\nd: [${"*c,".repeat(9)}*c]\n`, /alias/],
    ["2,000 levels", `a: ${"[".repeat(2000)}${"]".repeat(2000)}\n`, /a\.yaml:1:\d+: is nested deeper than 64 levels/],
    ["300 KiB", `a: ${"x".repeat(300 * 1024)}\n`, /is larger than 256 KiB/],
  ])("refuses %s with its place", async (_, text, message) => {
    const rendering = render({ "apps/shop/a.yaml": text });
    await expect(rendering).rejects.toThrow(Refused);
    await expect(rendering).rejects.toThrow(message);
  });
});

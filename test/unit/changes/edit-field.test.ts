import { describe, expect, it } from "vitest";
import { editField } from "../../../functions/core/changes/edit-field.ts";
import { locate } from "../../../functions/core/changes/locate.ts";
import type { FieldEdit } from "../../../functions/core/records/finding.ts";

const SHOP = { apiVersion: "apps/v1", kind: "Deployment", namespace: "web", name: "shop" };
const LIMIT = ["spec", "template", "spec", "containers", { name: "shop" }, "resources", "limits", "memory"];
const raise: FieldEdit = { object: SHOP, field: LIMIT, from: "128Mi", to: "192Mi" };

/** A deployment whose container `shop` has these lines for its resources, behind another container that looks the same. */
const deployment = (resources: string): string => `# The shop.
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: web }   # not the blog
spec:
  template:
    spec:
      containers:
        - name: proxy
          resources: { limits: { memory: 128Mi } }
        - name: shop # the one
          image: "shop:1"
${resources}
`;

const edit = (text: string, change: FieldEdit = raise, more: Readonly<Record<string, string>> = {}): string => {
  const files = Object.entries({ "apps/shop/deployment.yaml": text, ...more }).map(([path, content]) => ({ path, text: content }));
  const edited = editField({ path: "apps/shop", files }, change);
  return "refusal" in edited ? `refused: ${edited.refusal}` : edited.file.text;
};

describe("setting one field of one object in its file", () => {
  it.each<[style: string, before: string, after: string]>([
    [
      "a block with a comment",
      "          resources:\n            limits:\n              memory: 128Mi  # enough?",
      "          resources:\n            limits:\n              memory: 192Mi  # enough?",
    ],
    [
      "flow style",
      "          resources: {limits: {memory: 128Mi, cpu: 1}, requests: {memory: 64Mi}}",
      "          resources: {limits: {memory: 192Mi, cpu: 1}, requests: {memory: 64Mi}}",
    ],
    ["double quotes", '          resources: { limits: { memory: "128Mi" } }', '          resources: { limits: { memory: "192Mi" } }'],
    ["single quotes", "          resources: { limits: { 'memory': '128Mi' } }", "          resources: { limits: { 'memory': '192Mi' } }"],
    [
      "odd indentation",
      "          resources:\n                 limits:\n                   memory:    128Mi",
      "          resources:\n                 limits:\n                   memory:    192Mi",
    ],
    ["an anchor that nobody repeats", "          resources: { limits: { memory: &m 128Mi } }", "          resources: { limits: { memory: &m 192Mi } }"],
    ["a tag", "          resources: { limits: { memory: !!str 128Mi } }", "          resources: { limits: { memory: !!str 192Mi } }"],
    [
      "a value on a line of its own",
      "          resources:\n            limits:\n              memory:\n                128Mi",
      "          resources:\n            limits:\n              memory:\n                192Mi",
    ],
  ])("changes the value and not a byte more: %s", (_, before, after) => {
    expect(edit(deployment(before))).toBe(deployment(after));
    const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
    expect(edit(crlf(deployment(before)))).toBe(crlf(deployment(after)));
  });

  it("finds the object among documents and lists, with the namespace left to the app", () => {
    const other =
      'apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: Service, metadata: { name: shop }, spec: { selector: { app: "shopp" } } } # here\n';
    const text = `${deployment("          resources: {}")}---\n${other}`;
    const selector = { object: { kind: "Service", namespace: "web", name: "shop" }, field: ["spec", "selector", "app"], from: "shopp", to: "shop" };
    expect(edit(text, selector)).toBe(text.replace('"shopp"', '"shop"'));
  });

  it("says the line and the column", () => {
    const files = [{ path: "apps/shop/a.yaml", text: deployment("          resources:\n            limits:\n              memory: 128Mi") }];
    const located = locate({ path: "./apps/shop/", files }, SHOP, LIMIT);
    expect(located).toMatchObject({ kind: "found", location: { file: "apps/shop/a.yaml", line: 15, col: 23 } });
    expect(located.kind === "found" && files[0]?.text.slice(...located.location.range)).toBe("128Mi");
  });

  it("adds a key in the style of its neighbours", () => {
    const add: FieldEdit = { ...raise, field: [...LIMIT.slice(0, -1), "cpu"], to: "500m" };
    const { from: _none, ...adding } = add;
    const block = "          resources:\n            limits:\n              memory: 128Mi # m";
    expect(edit(deployment(block), adding)).toBe(deployment(`${block}\n              cpu: 500m`));
    expect(edit(deployment(block).replaceAll("\n", "\r\n"), adding)).toBe(deployment(`${block}\n              cpu: 500m`).replaceAll("\n", "\r\n"));
    expect(edit(deployment("          resources: { limits: { memory: 128Mi } }"), adding)).toBe(
      deployment("          resources: { limits: { memory: 128Mi, cpu: 500m } }"),
    );
    expect(edit(deployment("          resources: { limits: {} }"), adding)).toContain("limits: { cpu: 500m }");
  });

  it("quotes what another reader of YAML would take for something else", () => {
    const label: FieldEdit = { object: SHOP, field: ["metadata", "name"], from: "shop", to: "on" };
    expect(edit("apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nx: a\n", { ...label, field: ["x"], from: "a" })).toContain('x: "on"');
    expect(edit("apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nx: a\n", { ...label, field: ["x"], from: "a", to: "1.10" })).toContain(
      'x: "1.10"',
    );
    expect(
      edit("apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nx: a\n", { ...label, field: ["x"], from: "a", to: "r.io:5000/a:1@sha256:00ff" }),
    ).toContain("x: r.io:5000/a:1@sha256:00ff\n");
  });
});

describe("it refuses in words", () => {
  const flat = "          resources: { limits: { memory: 128Mi } }";
  it.each<[why: string, text: string, more: Readonly<Record<string, string>>, words: RegExp]>([
    [
      "two files declare the object",
      deployment(flat),
      { "apps/shop/old.yaml": deployment(flat) },
      /declared more than once \(apps\/shop\/deployment\.yaml:2 and apps\/shop\/old\.yaml:2\)/,
    ],
    [
      "one leaves the namespace to the app, another names it",
      deployment(flat),
      { "apps/shop/b.yaml": deployment(flat).replace(", namespace: web", "") },
      /more than once/,
    ],
    [
      "the value comes from an anchor",
      `x-m: &m 128Mi\n${deployment("          resources: { limits: { memory: *m } }")}`,
      {},
      /comes from the anchor &m, which other places share/,
    ],
    [
      "others repeat the value",
      deployment("          resources: { limits: { memory: &m 128Mi }, requests: { memory: *m } }"),
      {},
      /is the anchor &m, which 1 other place shares/,
    ],
    ["others repeat what is around it", deployment("          resources: &r { limits: { memory: 128Mi } }\n          x: *r"), {}, /resources is the anchor &r/],
    ["a merge key may bring it", deployment("          resources: { limits: { <<: { memory: 128Mi } } }"), {}, /may come from a merge key/],
    [
      "it is another value by now",
      deployment("          resources: { limits: { memory: 256Mi } }"),
      {},
      /deployment\.yaml:13: .* is "256Mi" there by now, not "128Mi"/,
    ],
    ["it was never set", deployment("          resources: {}"), {}, /limits is not set there/],
    ["Kustomize makes the objects", deployment(flat), { "apps/shop/kustomization.yaml": "resources: [deployment.yaml]\n" }, /needs Kustomize/],
    ["Helm makes the objects", deployment(flat), { "apps/shop/Chart.yaml": "name: x\n" }, /needs Helm/],
    ["a file cannot be read", deployment(flat), { "apps/shop/broken.yaml": "a: [\n" }, /apps\/shop\/broken\.yaml:\d+:\d+: /],
    ["only a folder below declares it", "", { "apps/shop/deep/deployment.yaml": deployment(flat) }, /no file of apps\/shop declares Deployment web\/shop/],
    ["the file is encrypted", `${deployment(flat)}sops: { version: 3.9.0 }\n`, {}, /is encrypted/],
  ])("%s", (_, text, more, words) => {
    expect(edit(text, raise, more)).toMatch(words);
  });
});

import { describe, expect, it } from "vitest";
import { diffObjects } from "../../../functions/core/changes/diff-objects.ts";
import { isBelow, refuseMode, refusePath, refuseText } from "../../../functions/core/changes/path-rules.ts";
import { buildPlan, isInverse, planDigest, type PlanParts } from "../../../functions/core/changes/plan.ts";
import { planFiles } from "../../../functions/core/changes/planned-files.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { parseManifest } from "../../../functions/core/records/manifest.ts";
import type { Effect, Plan } from "../../../functions/core/records/plan.ts";

function objects(text: string): readonly KubernetesObject[] {
  const parsed = parseManifest(text);
  if ("problem" in parsed) throw new Error(parsed.problem.message);
  return parsed.objects;
}
const short = (effects: readonly Effect[]): string[] =>
  effects.map((effect) => `${effect.object.kind}/${effect.object.name} ${effect.field}: ${effect.before ?? "-"} -> ${effect.after ?? "-"}`);

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: web, annotations: { "example.com/team": a } }
spec:
  replicas: 1
  template:
    spec:
      containers:
        - { name: shop, image: "shop:1", args: ["--a", "--b"], ports: [{ containerPort: 80 }] }
        - { name: side, image: "side:1" }
`;

describe("what a change comes to", () => {
  it("is told field by field, list items by their names", () => {
    const after = deployment
      .replace("shop:1", "shop:2")
      .replace("replicas: 1", "replicas: 2")
      .replace('"--b"', '"--c"')
      .replace("80", "81")
      .replace('team": a', 'team": b');
    expect(short(diffObjects(objects(deployment), objects(after)))).toEqual([
      'Deployment/shop metadata.annotations["example.com/team"]: "a" -> "b"',
      "Deployment/shop spec.replicas: 1 -> 2",
      'Deployment/shop spec.template.spec.containers[shop].args: ["--a","--b"] -> ["--a","--c"]',
      'Deployment/shop spec.template.spec.containers[shop].image: "shop:1" -> "shop:2"',
      "Deployment/shop spec.template.spec.containers[shop].ports[0].containerPort: 80 -> 81",
    ]);
  });
  it("shows an added or removed list item, and that the order changed", () => {
    const without = deployment.replace(/.*side.*\n/, "");
    expect(short(diffObjects(objects(without), objects(deployment)))).toEqual([
      'Deployment/shop spec.template.spec.containers[side]: - -> {"image":"side:1","name":"side"}',
    ]);
    const swapped = deployment.replace(/(.*name: shop, image.*\n)(.*side.*\n)/, "$2$1");
    expect(short(diffObjects(objects(deployment), objects(swapped)))).toEqual([
      'Deployment/shop spec.template.spec.containers[order]: ["shop","side"] -> ["side","shop"]',
    ]);
  });
  it("is one effect where an object comes or goes, and none where only the text differs", () => {
    expect(diffObjects([], objects(deployment)).map(({ field, before }) => [field, before])).toEqual([["", undefined]]);
    expect(diffObjects(objects(deployment), objects(`# comment\n${deployment}`))).toEqual([]);
  });
  it("never shows the values of a Secret", () => {
    const secret = (value: string): readonly KubernetesObject[] =>
      objects(
        `apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  annotations: { kubectl.kubernetes.io/last-applied-configuration: '${value}' }\nstringData: { password: ${value} }\ndata: { a: ${value} }\n`,
      );
    const told = JSON.stringify([diffObjects(secret("hunter2"), secret("hunter3")), diffObjects([], secret("hunter2"))]);
    expect(told).not.toContain("hunter");
    expect(diffObjects(secret("hunter2"), secret("hunter3"))).toHaveLength(3);
  });
  it("keeps long values different though both are cut", () => {
    const map = (end: string): readonly KubernetesObject[] =>
      objects(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { big: "${"x".repeat(6000)}${end}" }\n`);
    const [effect] = diffObjects(map("a"), map("b"));
    expect(effect?.before).toHaveLength(4096);
    expect(effect?.before).not.toBe(effect?.after);
  });
});

const OID = "a".repeat(40);
function parts(before: string, after: string): PlanParts {
  const effects = diffObjects(objects(before), objects(after));
  const planned = planFiles({ diffs: [{ path: "apps/shop/deployment.yaml", before, after }], blobs: new Map([["apps/shop/deployment.yaml", OID]]), effects });
  if ("refusal" in planned) throw new Error(planned.refusal);
  return {
    run: "run-1",
    change: 1,
    repository: { id: 7, name: "home/gitops" },
    baseRef: "main",
    baseCommit: OID,
    baseTree: OID,
    headTree: OID,
    files: [...planned.files],
    effects: [...effects],
    app: { name: "shop", namespace: "argocd" },
    rendered: true,
    tier: "risky",
    reasons: ["because"],
  };
}
function plan(before: string, after: string): Plan {
  const built = buildPlan(parts(before, after));
  if ("refusal" in built) throw new Error(built.refusal);
  return built.plan;
}
const bumped = deployment.replace("shop:1", "shop:2");

describe("a plan", () => {
  it("says its files, changed lines and title by code alone", () => {
    const made = plan(deployment, bumped);
    expect(made.title).toBe("shop: change Deployment web/shop spec.template.spec.containers[shop].image");
    const taken = buildPlan(parts(deployment, bumped), { undoes: "1a2b3c4d5e6f70819a2b3c4d5e6f70819a2b3c4d" });
    expect("plan" in taken && taken.plan.title).toBe("shop: take back 1a2b3c4d5e for Deployment web/shop spec.template.spec.containers[shop].image");
    expect(made.files[0]).toMatchObject({ operation: "update", baseBlob: OID, before: deployment, after: bumped });
    expect(made.files[0]?.removed).toHaveLength(1);
    expect(made.files[0]?.added[0]).toContain("shop:2");
  });
  it("has the same digest on another commit, tree and line, and another for anything that an approval binds", () => {
    const made = plan(deployment, bumped);
    const moved = plan(`# moved down\n${deployment}`, `# moved down\n${bumped}`);
    const elsewhere: Plan = { ...moved, baseCommit: "b".repeat(40), headTree: "c".repeat(40) };
    expect(planDigest(elsewhere)).toBe(made.digest);
    const others: Partial<Plan>[] = [
      { baseRef: "next" },
      { tier: "safe" },
      { repository: { id: 8, name: "home/gitops" } },
      { effects: [] },
      { files: [{ path: "x", operation: "update", removed: [], added: [] }] },
    ];
    for (const other of others) expect(planDigest({ ...made, ...other })).not.toBe(made.digest);
  });
  it("knows its inverse from anything else", () => {
    const made = plan(deployment, bumped);
    expect(isInverse(made, plan(bumped, deployment))).toBe(true);
    expect(isInverse(made, plan(`# more\n${bumped}`, `# more\n${deployment}`))).toBe(true);
    expect(isInverse(made, made)).toBe(false);
    expect(isInverse(made, plan(bumped, deployment.replace("side:1", "side:2")))).toBe(false);
    expect(isInverse(made, plan(bumped, `# and a comment\n${deployment}`))).toBe(false);
    expect(isInverse(made, { ...plan(bumped, deployment), baseRef: "next" })).toBe(false);
  });
  it("is refused when it is too large to read, and the refusal names the real change", () => {
    const noise = Array.from({ length: 500 }, (_, index) => `# ${index}\n`).join("");
    const effects = diffObjects(objects(deployment), objects(bumped));
    const planned = planFiles({ diffs: [{ path: "a.yaml", before: deployment, after: noise + bumped }], blobs: new Map(), effects });
    expect(planned).toEqual({
      refusal: "the change touches 502 lines, more than 400; what changes by it: Deployment web/shop spec.template.spec.containers[shop].image",
    });
    const many = Array.from({ length: 21 }, (_, index) => ({ path: `${index}.yaml`, before: "a", after: "b" }));
    expect(planFiles({ diffs: many, blobs: new Map(), effects: [] })).toMatchObject({ refusal: expect.stringMatching(/21 files, more than 20/) });
  });
  it("of sixty thousand lines is refused in no time", () => {
    const text = (word: string): string => Array.from({ length: 60_000 }, (_, index) => `${word} ${index}\n`).join("");
    const began = performance.now();
    expect(planFiles({ diffs: [{ path: "a.yaml", before: text("a"), after: text("b") }], blobs: new Map(), effects: [] })).toMatchObject({
      refusal: expect.stringMatching(/thousands of lines/),
    });
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe("paths and texts that no change may hold", () => {
  it.each([
    "",
    "/etc/passwd",
    "../x",
    "a/../b",
    "a/./b",
    "a//b",
    "a\\b",
    "a/%2e%2e/b",
    "a\u0000b",
    ".git/config",
    "a/.GIT/x",
    ".gitmodules",
    "x/.gitattributes",
    "a\u202eb",
    "e\u0301.yaml",
    "x".repeat(600),
  ])("%j", (path) => {
    expect(refusePath(path)).toBeDefined();
  });
  it("lets ordinary ones through", () => {
    for (const path of ["apps/shop/deployment.yaml", "a b/ü.yaml", ".github/x", "apps/my.app/100%.yaml"]) expect(refusePath(path)).toBeUndefined();
    expect([isBelow("apps/shop/a", "apps/shop"), isBelow("apps/shopping/a", "apps/shop"), isBelow("a", ""), isBelow("a", "./")]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });
  it("refuses links, submodules, LFS pointers and binaries", () => {
    expect([refuseMode("a", "100644"), refuseMode("a", "120000"), refuseMode("a", "160000")]).toEqual([
      undefined,
      "a is a symbolic link, no ordinary file",
      "a is a submodule, no ordinary file",
    ]);
    expect(refuseText("a", "version https://git-lfs.github.com/spec/v1\noid x")).toMatch(/LFS/);
    expect(refuseText("a", "x\u0000")).toMatch(/binary/);
  });
});

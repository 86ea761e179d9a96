import { describe, expect, it } from "vitest";
import { diffObjects } from "../../../functions/core/changes/diff-objects.ts";
import { planFiles } from "../../../functions/core/changes/planned-files.ts";
import { DEFAULT_POLICY, parsePolicy, type Policy } from "../../../functions/core/policy/policy-file.ts";
import { tierOf } from "../../../functions/core/policy/tier-of.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { parseManifest } from "../../../functions/core/records/manifest.ts";

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: web }
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: shop
          image: ghcr.io/acme/shop:1
          resources: { limits: { memory: 64Mi } }
          env: [{ name: MODE, value: a }]
`;
const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop, namespace: argocd }
spec:
  project: apps
  source: { repoURL: "https://charts.example", chart: shop, targetRevision: 1.0.0, helm: { values: "a: 1" } }
  destination: { namespace: web }
`;

function objects(text: string | undefined): readonly KubernetesObject[] {
  const parsed = parseManifest(text ?? "");
  return "objects" in parsed ? parsed.objects : [];
}

function judge(
  before: string | undefined,
  after: string | undefined,
  { path = "apps/shop/a.yaml", rendered = true, policy = DEFAULT_POLICY } = {},
): { tier: string; reasons: readonly string[] } {
  const effects = diffObjects(objects(before), objects(after));
  const planned = planFiles({ diffs: [{ path, before, after }], blobs: new Map(), effects });
  if ("refusal" in planned) throw new Error(planned.refusal);
  return tierOf({ files: planned.files, effects, rendered }, policy);
}
function policy(text: string): Policy {
  const parsed = parsePolicy(text, "p");
  if (!parsed.ok) throw new Error("not valid");
  return parsed.value;
}
const swap = (from: string | RegExp, to: string): [string, string] => [deployment, deployment.replace(from, to)];

describe("the tier of a change", () => {
  it.each<[string, [string | undefined, string | undefined], string, RegExp]>([
    ["scaling within bounds", swap("replicas: 1", "replicas: 3"), "safe", /^Deployment web\/shop spec\.replicas goes from 1 to 3, within 1 to 5$/],
    ["scaling to nothing", swap("replicas: 1", "replicas: 0"), "risky", /not within/],
    ["scaling beyond", swap("replicas: 1", "replicas: 10000"), "risky", /not within/],
    ["a new version of an image", swap("shop:1", "shop:2"), "risky", /changes the version of the image/],
    ["another image of the same registry", swap("acme/shop:1", "evil/shop:1"), "risky", /another image/],
    ["an image from another registry", swap("ghcr.io/acme/shop:1", "evil/x:1"), "forbidden", /another registry: docker\.io instead of ghcr\.io/],
    ["a memory limit", swap("64Mi", "128Mi"), "risky", /what the pods may use/],
    ["an environment variable", swap("value: a", "value: b"), "risky", /changes the configuration/],
    ["a deployment that comes", [undefined, deployment], "risky", /would be created/],
    ["a deployment that goes", [deployment, ""], "risky", /would be deleted/],
    ["only a comment", [deployment, `# x\n${deployment}`], "risky", /no field of an object changes/],
    [
      "a privileged container",
      swap("resources:", "securityContext: { privileged: true }\n          resources:"),
      "forbidden",
      /would give a privileged container/,
    ],
    ["the host's network", swap("containers:", "hostNetwork: true\n      containers:"), "forbidden", /the node's network/],
    ["a host path", swap("containers:", "volumes: [{ name: a, hostPath: { path: / } }]\n      containers:"), "forbidden", /a directory of the node/],
    ["another service account", swap("containers:", "serviceAccountName: admin\n      containers:"), "forbidden", /another service account/],
    ["a capability", swap("resources:", "securityContext: { capabilities: { add: [SYS_ADMIN] } }\n          resources:"), "forbidden", /kernel capabilities/],
    ["an Argo CD hook", swap("namespace: web", "namespace: web, annotations: { argocd.argoproj.io/hook: PreSync }"), "forbidden", /a hook or a sync option/],
    [
      "a deployment that comes with a privileged container",
      [undefined, deployment.replace("resources:", "securityContext: { privileged: true }\n          resources:")],
      "forbidden",
      /privileged/,
    ],
    ["a kind that no rule knows", [undefined, "apiVersion: x.example/v1\nkind: Thing\nmetadata: { name: a }\n"], "forbidden", /no rule allows/],
  ])("%s", (_, [before, after], tier, reason) => {
    const judged = judge(before, after);
    expect(judged.tier).toBe(tier);
    expect(judged.reasons[0]).toMatch(reason);
  });

  it.each([
    "Secret",
    "SealedSecret",
    "Role",
    "ClusterRoleBinding",
    "ServiceAccount",
    "AppProject",
    "CustomResourceDefinition",
    "ValidatingWebhookConfiguration",
    "Namespace",
  ])("a %s is forbidden, whatever changes", (kind) => {
    expect(judge(undefined, `apiVersion: v1\nkind: ${kind}\nmetadata: { name: a }\n`).tier).toBe("forbidden");
  });
  it("taking privileges away is no danger", () => {
    expect(judge(deployment.replace("resources:", "securityContext: { privileged: true }\n          resources:"), deployment).tier).toBe("risky");
  });
  it("deleting a claim says that data may be lost", () => {
    expect(judge("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data, namespace: db }\n", undefined)).toEqual({
      tier: "risky",
      reasons: ["PersistentVolumeClaim db/data would be deleted, and data may be lost"],
    });
  });
  it("is forbidden outside the paths that the policy allows, whatever it is", () => {
    const narrow = policy('paths: ["apps/**", "infra/*.yaml"]\n');
    const [before, after] = swap("replicas: 1", "replicas: 2");
    expect(judge(before, after, { policy: narrow }).tier).toBe("safe");
    expect(judge(before, after, { policy: narrow, path: "infra/a.yaml" }).tier).toBe("safe");
    for (const path of ["infra/deep/a.yaml", "clusters/home/a.yaml", "my-apps/a.yaml", "a.yaml"]) {
      expect(judge(before, after, { policy: narrow, path })).toMatchObject({
        tier: "forbidden",
        reasons: [`${path} is outside the paths that the policy allows`, expect.anything()],
      });
    }
  });
  it("is the highest of all", () => {
    const judged = judge(deployment, `${deployment.replace("replicas: 1", "replicas: 2")}---\napiVersion: v1\nkind: Secret\nmetadata: { name: s }\n`);
    expect(judged.tier).toBe("forbidden");
    expect(judged.reasons).toHaveLength(2);
  });
  it("is forbidden where nothing could be rendered", () => {
    expect(judge(...swap("replicas: 1", "replicas: 2"), { rendered: false })).toMatchObject({
      tier: "forbidden",
      reasons: [expect.stringMatching(/could not be rendered/)],
    });
  });
});

describe("an Argo CD Application", () => {
  it.each<[string, string, string, string]>([
    ["helm values", "a: 1", "a: 2", "risky"],
    ["the version of a chart", "1.0.0", "1.1.0", "risky"],
    ["a new values object", 'values: "a: 1"', 'values: "a: 1", valuesObject: { b: 2 }', "risky"],
    ["a file of values, which can be anywhere", 'values: "a: 1"', 'values: "a: 1", valueFiles: ["https://evil.example/v.yaml"]', "forbidden"],
    ["its repository", "https://charts.example", "https://evil.example", "forbidden"],
    ["its project", "project: apps", "project: default", "forbidden"],
    ["its destination", "namespace: web", "namespace: kube-system", "forbidden"],
    ["its sync policy", "  destination", "  syncPolicy: { automated: {} }\n  destination", "forbidden"],
  ])("%s: %s -> %s is %s", (_, from, to, tier) => {
    expect(judge(application, application.replace(from, to)).tier).toBe(tier);
  });
  it("the revision of a Git source is a branch, and not for approval", () => {
    const git = application.replace("chart: shop", "path: apps/shop");
    expect(judge(git, git.replace("1.0.0", "1.1.0")).tier).toBe("forbidden");
  });
  it("coming or going is not for approval", () => {
    expect([judge(undefined, application).tier, judge(application, undefined).tier]).toEqual(["forbidden", "forbidden"]);
  });
});

describe("files that watch over us or run code", () => {
  it.each([
    ".anchorwatch/policy.yaml",
    "x/.anchorwatch/pipelines/a.yaml",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitea/workflows/ci.yaml",
    ".github/x.yaml",
    "apps/shop/.argocd-source-shop.yaml",
    "apps/shop/run.sh",
  ])("%s is forbidden", (path) => {
    expect(judge(deployment, deployment.replace("replicas: 1", "replicas: 2"), { path }).tier).toBe("forbidden");
  });
  it.each(["apps/shop/kustomization.yaml", "apps/shop/Chart.yaml", "apps/shop/values-home.yaml"])(
    "%s needs a yes where what it builds is known, and a person's merge where it is not",
    (path) => {
      const [before, after] = swap("replicas: 1", "replicas: 2");
      expect(judge(before, after, { path }).tier).toBe("risky");
      expect(judge(before, after, { path, rendered: false }).tier).toBe("forbidden");
    },
  );
  it("a kustomization that fetches or generates is named", () => {
    const { reasons } = judge("resources: [a.yaml]\n", "resources: [a.yaml, 'https://github.com/x/y?ref=main']\nhelmCharts: [{ name: x }]\n", {
      path: "apps/kustomization.yaml",
    });
    expect(reasons).toEqual(
      expect.arrayContaining([expect.stringMatching(/adds or alters helmCharts/), expect.stringMatching(/adds the remote reference https:/)]),
    );
  });
});

describe("what a policy may move", () => {
  it("between safe and risky", () => {
    expect(judge(...swap("shop:1", "shop:2"), { policy: policy("tiers: { image: safe }\n") })).toMatchObject({
      tier: "safe",
      reasons: [expect.stringMatching(/\(safe by the policy\)$/)],
    });
    expect(judge(...swap("replicas: 1", "replicas: 2"), { policy: policy("tiers: { scale: risky }\n") }).tier).toBe("risky");
    expect(judge(...swap("replicas: 1", "replicas: 9"), { policy: policy("limits: { replicas: 10 }\n") }).tier).toBe("safe");
  });
  it("but never the floor", () => {
    const generous = policy("tiers: { scale: safe, image: safe, resources: safe, configuration: safe }\n");
    expect(judge(...swap("ghcr.io/acme/shop:1", "evil/x:1"), { policy: generous }).tier).toBe("forbidden");
    expect(judge(...swap("replicas: 1", "replicas: 0"), { policy: generous }).tier).toBe("risky");
    expect(judge(deployment, undefined, { policy: generous }).tier).toBe("risky");
  });
  it("nor the size that it set itself", () => {
    expect(judge(...swap("shop:1", "shop:2"), { policy: policy("limits: { lines: 1 }\n") })).toMatchObject({
      tier: "forbidden",
      reasons: [expect.stringMatching(/2 lines change, and the policy allows 1/), expect.anything()],
    });
  });
});

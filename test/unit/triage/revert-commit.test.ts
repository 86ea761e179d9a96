import { describe, expect, it } from "vitest";
import type { Cause } from "../../../functions/core/records/finding.ts";
import type { FileDiff } from "../../../functions/core/records/source.ts";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { deployWindow, troubleSince } from "../../../functions/core/triage/remedies/deploy-history.ts";
import { proposeRevert, type Reverted } from "../../../functions/core/triage/remedies/revert-commit.ts";
import type { AppCommit } from "../../../functions/core/triage/remedies/suspects.ts";
import { changed, recorded, RECORDED_AT } from "./recorded.ts";

const HEALTHY = "a".repeat(40);
const CURRENT = "b".repeat(40);

function crashCause(): Cause {
  const [cause] = diagnose(recorded("kubernetes/crash", "kubernetes/crash-owners"), RECORDED_AT).causes;
  if (!cause) throw new Error("no cause");
  return cause;
}

const deployment = (image: string, extra = ""): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: crash\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n        - name: app\n          image: ${image}\n          envFrom:\n            - configMapRef: { name: settings }\n${extra}`;
const configMap = (value: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { db: "${value}" }\n`;
const diff = (path: string, before: string | undefined, after: string | undefined): FileDiff => ({ path, before, after });

let serial = 0;
function commit(subject: string, ...files: readonly FileDiff[]): AppCommit {
  serial += 1;
  const id = serial.toString(16).padStart(40, "0");
  return { commit: { id, tree: id, parents: ["c".repeat(40)], author: "alice", at: 1, subject, message: subject }, files };
}

function propose(commits: readonly AppCommit[], cause = crashCause()): Reverted {
  const app = {
    name: "shop",
    namespace: "argocd",
    repoURL: "http://gitea.example/home/gitops.git",
    path: "apps/shop",
    targetRevision: "main",
    repository: { id: 1, name: "home/gitops" },
  };
  const live = recorded("kubernetes/crash-owners")[0];
  return proposeRevert({ cause, app, live, lastHealthy: HEALTHY, current: CURRENT, commits });
}
const refusal = (remedied: Reverted): string => ("refusal" in remedied ? remedied.refusal : "a remedy");

describe("the one commit to take back", () => {
  const bad = commit("new version", diff("apps/shop/deployment.yaml", deployment("shop:1"), deployment("shop:2")));
  const scaled = commit("scale", diff("apps/shop/deployment.yaml", deployment("shop:2"), deployment("shop:2").replace("replicas: 1", "replicas: 3")));
  const words = commit(
    "words",
    diff("apps/shop/README.md", "a", "b"),
    diff("apps/shop/other.yaml", configMap("x").replace("settings", "other"), configMap("y").replace("settings", "other")),
  );

  it("is the one that changed the pod template, among commits that did not", () => {
    const remedied = propose([words, bad, scaled]);
    expect(remedied).toMatchObject({
      remedy: { kind: "revert-commit", commit: bad.commit.id, path: "apps/shop", app: "shop", subject: "new version", repository: { id: 1 } },
    });
    expect("remedy" in remedied && remedied.remedy.because).toMatch(
      /the only commit between the deploys aaaaaaaaaa and bbbbbbbbbb that changed the pod template of Deployment f-crash\/crash; only its part below apps\/shop is taken back/,
    );
  });
  it("may be one that changed a ConfigMap which the pods read, even if the deployment stands in another file", () => {
    const live = commit(
      "dsn",
      diff("apps/shop/deployment.yaml", deployment("a"), `# note\n${deployment("a")}`),
      diff("apps/shop/settings.yaml", configMap("/data"), configMap("/dat")),
    );
    expect(propose([live])).toMatchObject({ remedy: { commit: live.commit.id } });
  });
  it("is not chosen by us among two, which are named", () => {
    const second = commit("second try", diff("apps/shop/deployment.yaml", deployment("shop:2"), deployment("shop:3")));
    expect(refusal(propose([second, bad]))).toMatch(/more than one commit .*a person has to choose: 0{8}.. "second try", 0{8}.. "new version"/);
  });
  it("is none where no commit changed what runs", () => {
    expect(refusal(propose([words, scaled]))).toMatch(/none of the commits .* changed what Deployment f-crash\/crash runs/);
    expect(refusal(propose([]))).toMatch(/no commit changed apps\/shop between/);
  });
  it("is not one that created the workload", () => {
    expect(refusal(propose([commit("first", diff("apps/shop/deployment.yaml", undefined, deployment("shop:1")))]))).toMatch(
      /created Deployment f-crash\/crash: there is nothing healthy to go back to/,
    );
  });
  it("is not one that touched an encrypted file", () => {
    const sops = `${configMap("x")}sops: { mac: abc }\n`;
    expect(
      refusal(propose([commit("both", diff("apps/shop/d.yaml", deployment("a"), deployment("b")), diff("apps/shop/s.yaml", sops, `${sops}# x\n`))])),
    ).toMatch(/s\.yaml, which is encrypted/);
  });
  it("is not looked for where a commit does not make such trouble", () => {
    expect(refusal(propose([bad], { ...crashCause(), category: "out-of-sync" }))).toBe("no commit is taken back for out-of-sync");
  });
});

describe("what was healthy, by Argo CD's history", () => {
  const [app] = recorded("argocd/02-synced-progressing-after-bad-commit");
  if (!app) throw new Error("not recorded");
  const good = "08977bbc6d1df99ed937baf669f837aae38c84cb";
  const bad = "e4df550de33cc32db21499cd34c6fcc289694eae";
  const entry = (revision: string, at: string): object => ({
    revision,
    deployStartedAt: at,
    deployedAt: at,
    source: { path: "apps/shop", repoURL: "http://gitea.example/home/gitops.git" },
  });
  const at = (time: string): number => Date.parse(`2026-11-25T${time}Z`);

  it("is the deploy before the one with which the trouble began", () => {
    expect(deployWindow(app, at("08:18:39"))).toEqual({ lastHealthy: good, current: bad });
  });
  it("stays the same when a later deploy did not help", () => {
    const later = changed(app, {
      status: { history: [entry(good, "2026-11-25T08:18:20Z"), entry(bad, "2026-11-25T08:18:37Z"), entry(CURRENT, "2026-11-25T08:30:00Z")] },
    });
    const cause: Cause = { ...crashCause(), findings: crashCause().findings.map((finding) => ({ ...finding, since: at("08:30:01") })) };
    expect(deployWindow(later, troubleSince(cause, later))).toEqual({ lastHealthy: good, current: CURRENT });
  });
  it("is not a deploy after the trouble began, however many followed", () => {
    const many = changed(app, {
      status: {
        history: [
          entry(good, "2026-11-25T08:18:20Z"),
          entry(bad, "2026-11-25T08:18:37Z"),
          entry("d".repeat(40), "2026-11-25T08:20:00Z"),
          entry(CURRENT, "2026-11-25T08:30:00Z"),
        ],
      },
    });
    expect(deployWindow(many, at("08:18:39"))).toEqual({ lastHealthy: good, current: CURRENT });
  });
  it("is not known before the first deploy, before the history begins, or without one", () => {
    expect(deployWindow(app, at("08:18:30"))).toMatchObject({ refusal: expect.stringMatching(/nothing healthy is known/) });
    expect(deployWindow(app, at("08:00:00"))).toMatchObject({ refusal: expect.stringMatching(/older than the history/) });
    expect(deployWindow(changed(app, { status: { history: [] } }), undefined)).toMatchObject({ refusal: expect.stringMatching(/no history/) });
    expect(deployWindow(changed(app, { spec: { source: { path: "apps/new" } } }), undefined)).toMatchObject({ refusal: expect.stringMatching(/no history/) });
  });
  it("does not count the same revision deployed twice", () => {
    const twice = changed(app, {
      status: { history: [entry(good, "2026-11-25T08:00:00Z"), entry(bad, "2026-11-25T08:18:37Z"), entry(bad, "2026-11-25T08:19:00Z")] },
    });
    expect(deployWindow(twice, at("08:19:30"))).toEqual({ lastHealthy: good, current: bad });
  });
});

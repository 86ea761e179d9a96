/** A remedy for an app that Kustomize or Helm builds: the line is found by building, in the file that decides. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createToolRenderer } from "../../functions/core/adapters/renderer/tools.ts";
import type { KubernetesObject } from "../../functions/core/records/kubernetes-object.ts";
import { editRemedy } from "../../functions/core/tools/edit-remedy.ts";
import { describeWith, findServer } from "../servers/find-server.ts";
import { aRepository, type TestRepository } from "../unit/tools/a-repository.ts";

const REPOSITORY = { id: 7, name: "home/gitops" };
const kustomize = findServer(process.env, "kustomize");
const helm = findServer(process.env, "helm");

describeWith("kustomize", kustomize === undefined || helm === undefined ? undefined : kustomize, () => {
  let repository: TestRepository;
  beforeEach(() => void (repository = aRepository()));
  afterEach(() => repository.remove());

  it.each([
    ["kustomize-flat", { path: "apps/shop" }, { from: "128Mi", file: "apps/shop/deployment.yaml", line: 39 }],
    ["chart", { path: "charts/shop" }, { from: "128Mi", file: "charts/shop/values.yaml", line: 15 }],
  ])("of %s", async (name, { path, ...source }, { from, file, line }) => {
    const root = join("test/repositories", name);
    const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((one) => statSync(join(root, one)).isFile());
    repository.commit("as people have it", Object.fromEntries(paths.map((one) => [one, readFileSync(join(root, one), "utf8")])));
    const application: KubernetesObject = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: "shop", namespace: "argocd" },
      spec: { source: { repoURL: "http://gitea/home/gitops.git", path, targetRevision: "main", ...source }, destination: { namespace: "web" } },
    };
    const app = { name: "shop", namespace: "argocd", repoURL: "http://gitea/home/gitops.git", path, targetRevision: "main" };
    const object = { apiVersion: "apps/v1", kind: "Deployment", namespace: "web", name: "shop" };
    const field = ["spec", "template", "spec", "containers", { name: "shop" }, "resources", "limits", "memory"];
    const renderer = createToolRenderer({ kustomize, helm });
    const ports = { git: repository.git, renderer, source: { application, app, repository: REPOSITORY } };
    const remedied = await editRemedy(ports, { edit: { object, field, from, to: "777Mi" }, because: "It was killed." });
    expect(remedied).toMatchObject({ remedy: { kind: "edit-field", file, line } });
  });
});

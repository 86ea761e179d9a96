/** A value that stands in an Application, or in what generates it: the plan shows the app's objects, and the tier is that of the Application. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createToolRenderer } from "../../functions/core/adapters/renderer/tools.ts";
import { type AppOfPath, appOfPath } from "../../functions/core/building/app-of-path.ts";
import { declaringFiles } from "../../functions/core/building/declaring-files.ts";
import { editSource } from "../../functions/core/building/edit-source.ts";
import { declaredApps } from "../../functions/core/building/generated-apps.ts";
import { manifestsAt } from "../../functions/core/building/manifests-at.ts";
import { renderBoth } from "../../functions/core/planning/render-both.ts";
import { DEFAULT_POLICY } from "../../functions/core/policy/policy-file.ts";
import { tierOf } from "../../functions/core/policy/tier-of.ts";
import { planFiles } from "../../functions/core/changes/planned-files.ts";
import { describeWith, findServer } from "../servers/find-server.ts";
import { aRepository, type TestRepository } from "../unit/tools/a-repository.ts";

const REPOSITORY = { id: 7, name: "home/gitops" };
const kustomize = findServer(process.env, "kustomize");
const helm = findServer(process.env, "helm");
const ROOT_APP: AppOfPath = { name: "root", namespace: "argocd", path: "cluster" };

describeWith("helm", helm, () => {
  let repository: TestRepository;
  beforeEach(() => void (repository = aRepository()));
  afterEach(() => repository.remove());

  it.each([
    [
      "application-values",
      "risky",
      ["Application shop spec.source.helm.values", "Deployment shop spec.template.spec.containers[shop].resources.limits.memory"],
    ],
    ["set-files", "risky", ["Deployment shop spec.template.spec.containers[shop].resources.limits.memory"]],
    ["set-elements", "forbidden", ["ApplicationSet apps", "Deployment shop spec.template.spec.containers[shop].resources.limits.memory"]],
  ])("%s", async (name, tier, fields) => {
    const root = join("test/repositories", name);
    const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((one) => statSync(join(root, one)).isFile());
    const made = repository.commit("as people have it", Object.fromEntries(paths.map((one) => [one, readFileSync(join(root, one), "utf8")])));
    const base = (await repository.git.resolve(REPOSITORY, "main"))?.id ?? made;
    const renderer = createToolRenderer({ kustomize, helm });
    const declaring = await declaringFiles(repository.git, REPOSITORY, base);
    const [application] = declaredApps(declaring, "shop");
    if (!application) throw new Error("no shop");
    const app = appOfPath(application);
    const files = await manifestsAt(repository.git, REPOSITORY, { commit: base, path: app.path, options: app.options });
    const edit = {
      object: { apiVersion: "apps/v1", kind: "Deployment", namespace: "web", name: "shop" },
      field: ["spec", "template", "spec", "containers", { name: "shop" }, "resources", "limits", "memory"],
      from: "160Mi",
      to: "240Mi",
    };
    const edited = await editSource(renderer, { app, files, declaring }, edit);
    if ("refusal" in edited) throw new Error(edited.refusal);
    const diffs = [{ path: edited.file.path, before: edited.before, after: edited.file.text }];
    const draft = { baseCommit: base, baseTree: base, headTree: base, diffs, intended: edit };
    const apps = edited.file.path.startsWith("cluster/") ? [ROOT_APP] : [];
    const given = { change: { repository: REPOSITORY }, draft, apps };
    const both = await renderBoth({ git: repository.git, renderer, appsOf: () => Promise.resolve([ROOT_APP, app]) }, given);
    expect(both).toMatchObject({ complete: true, reasons: [] });
    expect(both.declared.map((one) => one.name)).toEqual(["shop"]);
    const told = both.effects.map(({ object, field }) => `${object.kind} ${object.name} ${field}`);
    expect(told).toHaveLength(fields.length);
    fields.forEach((field, index) => expect(told[index]).toContain(field));
    const planned = planFiles({ diffs, blobs: new Map(), effects: both.effects });
    if ("refusal" in planned) throw new Error(planned.refusal);
    expect(tierOf({ files: planned.files, effects: both.effects, rendered: both.complete }, DEFAULT_POLICY)).toMatchObject({ tier });
  });
});

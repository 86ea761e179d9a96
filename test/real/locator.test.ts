/** From a field to its line, on repositories as people lay theirs out: each field is set, the app is built again, and just that field differs. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createToolRenderer } from "../../functions/core/adapters/renderer/tools.ts";
import { diffObjects } from "../../functions/core/changes/diff-objects.ts";
import { editSource } from "../../functions/core/building/edit-source.ts";
import { type AppOfPath, appOfPath } from "../../functions/core/building/app-of-path.ts";
import { declaredApps } from "../../functions/core/building/generated-apps.ts";
import { renderApp } from "../../functions/core/building/render-app.ts";
import { type FieldPath, formatField } from "../../functions/core/records/field-path.ts";
import type { FieldEdit } from "../../functions/core/records/finding.ts";
import type { KubernetesObject } from "../../functions/core/records/kubernetes-object.ts";
import { valueAt } from "../../functions/core/records/read-object.ts";
import type { SourceFile } from "../../functions/core/records/source.ts";
import { describeWith, findServer } from "../servers/find-server.ts";

const ROOT = "test/repositories";
const kustomize = findServer(process.env, "kustomize");
const helm = findServer(process.env, "helm");
const renderer = createToolRenderer({ kustomize, helm });

function filesOf(repository: string): readonly SourceFile[] {
  const root = join(ROOT, repository);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(root, path)).isFile())
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

const shop = (field: FieldPath): FieldPath => ["spec", "template", "spec", "containers", { name: "shop" }, ...field];
const env = (name: string): FieldPath => shop(["env", { name }, "value"]);

/** Twenty fields of a workload and what is beside it; `to` differs from everything that stands anywhere. */
const FIELDS: readonly (readonly [kind: string, field: FieldPath, to: (now: unknown) => string | number])[] = [
  ["Deployment", ["spec", "replicas"], () => 7],
  ["Deployment", shop(["image"]), (now) => String(now).replace(/[^:@/]*$/, (last) => (last.length === 64 ? "f".repeat(64) : "9.9.9"))],
  ["Deployment", shop(["resources", "limits", "memory"]), () => "777Mi"],
  ["Deployment", shop(["resources", "requests", "memory"]), () => "99Mi"],
  ["Deployment", shop(["resources", "requests", "cpu"]), () => "77m"],
  ["Deployment", shop(["readinessProbe", "httpGet", "path"]), () => "/well"],
  ["Deployment", shop(["readinessProbe", "periodSeconds"]), () => 17],
  ["Deployment", shop(["readinessProbe", "timeoutSeconds"]), () => 4],
  ["Deployment", shop(["livenessProbe", "httpGet", "path"]), () => "/alive"],
  ["Deployment", shop(["livenessProbe", "initialDelaySeconds"]), () => 45],
  ["Deployment", env("LOG_LEVEL"), () => "trace"],
  ["Deployment", env("CACHE_SIZE"), () => "512"],
  ["Deployment", ["spec", "template", "spec", "terminationGracePeriodSeconds"], () => 61],
  ["Service", ["spec", "type"], () => "LoadBalancer"],
  ["Service", ["spec", "ports", { name: "web" }, "port"], () => 8088],
  ["ConfigMap", ["data", "THEME"], () => "light"],
  ["ConfigMap", ["data", "PAGE_SIZE"], () => "50"],
  // Keys that are not there yet.
  ["Deployment", shop(["resources", "limits", "cpu"]), () => "500m"],
  ["Deployment", shop(["livenessProbe", "failureThreshold"]), () => 6],
  ["Deployment", ["spec", "revisionHistoryLimit"], () => 3],
  ["Deployment", shop(["imagePullPolicy"]), () => "IfNotPresent"],
];

/** The reviewed places: for each repository, where each field is decided, or why no single place is. */
const PLACES = parse(readFileSync(join(ROOT, "places.yaml"), "utf8")) as Readonly<Record<string, readonly string[]>>;

const app = (path: string, options?: AppOfPath["options"]): AppOfPath => ({
  name: "shop",
  namespace: "argocd",
  path,
  targetNamespace: "web",
  ...(options && { options }),
});

function declared(repository: string): AppOfPath {
  const [application] = declaredApps(filesOf(repository), "shop");
  if (!application) throw new Error(`${repository} declares no shop`);
  return appOfPath(application);
}

const REPOSITORIES: readonly (readonly [name: string, app: AppOfPath])[] = [
  ["plain", app("apps/shop")],
  ["one-file-crlf", app("")],
  ["kustomize-flat", app("apps/shop")],
  ["overlay-images", app("clusters/home/shop")],
  ["overlay-patches", app("overlays/pi")],
  ["inline-patches", app("home")],
  ["components", app("home")],
  ["chart", app("charts/shop")],
  ["chart-values", app("charts/shop", { helm: { valueFiles: ["values-home.yaml"], parameters: [] } })],
  [
    "chart-parameters",
    app("charts/shop", {
      helm: { valueFiles: [], valuesObject: { image: { tag: "2.0.1" } }, parameters: [{ name: "replicaCount", value: "5", forceString: false }] },
    }),
  ],
  ["umbrella", app("home/shop")],
  ["generators", app("app")],
  ["kustomize-updater", app("apps/shop")],
  // What their Applications say is read from the files that declare them.
  ...["application-values", "set-elements", "set-files", "several-sources"].map((name) => [name, declared(name)] as const),
];

function follow(object: KubernetesObject | undefined, field: FieldPath): unknown {
  return field.reduce<unknown>((value, step) => {
    if (typeof step === "string") return valueAt(value, step);
    return Array.isArray(value) ? value.find((item) => valueAt(item, "name") === step.name) : undefined;
  }, object);
}

async function objectsOf(of: AppOfPath, files: readonly SourceFile[]): Promise<readonly KubernetesObject[]> {
  const rendered = await renderApp(renderer, of, files);
  if (rendered.kind !== "rendered") throw new Error(rendered.reason);
  return rendered.objects;
}

describeWith("kustomize", kustomize === undefined || helm === undefined ? undefined : kustomize, () => {
  describe.each(REPOSITORIES)("%s", (name, of) => {
    it("sets each field at the place that decides it, and just that field differs when it is built again; or says why not", async () => {
      const files = filesOf(name);
      const before = await objectsOf(of, files);
      const told: string[] = [];
      for (const [kind, field, to] of FIELDS) {
        const object = before.find((one) => one.kind === kind && (kind !== "ConfigMap" || follow(one, field) !== undefined));
        if (!object) continue;
        const { namespace } = object.metadata;
        const now = follow(object, field);
        const edit: FieldEdit = {
          object: { kind, name: object.metadata.name, apiVersion: object.apiVersion, ...(namespace !== undefined && { namespace }) },
          field: [...field],
          ...((typeof now === "string" || typeof now === "number") && { from: now }),
          to: to(now),
        };
        const edited = await editSource(renderer, { app: of, files, declaring: files }, edit);
        if ("refusal" in edited) {
          told.push(`${formatField(field)}: ${edited.refusal}`);
          continue;
        }
        const changed = files.map((file) => (file.path === edited.file.path ? edited.file : file));
        const [application] = declaredApps(changed, "shop");
        const after = await objectsOf(application ? appOfPath(application) : of, changed);
        expect(diffObjects(before, after), JSON.stringify(field)).toHaveLength(1);
        const lines = edited.file.text.split("\n").filter((line, at) => line !== edited.before.split("\n")[at]);
        expect(Math.abs(edited.file.text.split("\n").length - edited.before.split("\n").length), "lines that are added").toBeLessThanOrEqual(1);
        expect(lines.length, "at least one line differs").toBeGreaterThan(0);
        expect(edited.file.text.includes("\r\n")).toBe(edited.before.includes("\r\n"));
        told.push(`${formatField(field)} at ${edited.location.file}:${edited.location.line}:${edited.location.col}`);
      }
      expect(told).toEqual(PLACES[name]);
    });
  });
});

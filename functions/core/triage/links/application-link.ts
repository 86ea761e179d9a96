/** What an Application says about its workloads, and an app of apps about its apps, comes from the one in trouble. */
import type { ObjectRef } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, refOf, textAt } from "../../records/read-object.ts";
import { applicationOf, isArgoApplication, parentAppOf } from "../owner-app.ts";
import { group, once, type Scene, type Trouble } from "../scene.ts";
import type { LinkRule } from "./link.ts";
import { isSymptom } from "./symptoms.ts";

/** Links health and difference to the workload; what Argo CD itself cannot do (compare, apply) is the app's own trouble. */
export const linkToAppPart: LinkRule = (finding, scene) => {
  const app = scene.snapshot.get(finding.object);
  if (!app || !isArgoApplication(app) || !isSymptom(finding)) return undefined;
  const parts = troublesByApp(scene).get(nameOf(app)) ?? [];
  const unhealthy = new Set(
    listAt(app, "status", "resources").flatMap((resource) =>
      /^(Degraded|Missing)$/.test(textAt(resource, "health", "status") ?? "") ? [`${textAt(resource, "kind")} ${textAt(resource, "name")}`] : [],
    ),
  );
  const part = parts.find(({ root }) => unhealthy.has(`${root.kind} ${root.name}`)) ?? parts[0];
  return part && { target: part.root, shows: { category: finding.category, message: finding.message, field: "status", value: "" } };
};

const indexes = new WeakMap<Scene, () => ReadonlyMap<string, readonly Trouble[]>>();

function troublesByApp(scene: Scene): ReadonlyMap<string, readonly Trouble[]> {
  const index =
    indexes.get(scene) ??
    once(() =>
      group(
        [...scene.troubles.values()].filter(({ root }) => ownerOf(root, scene)),
        ({ root }) => nameOf(ownerOf(root, scene)),
      ),
    );
  indexes.set(scene, index);
  return index();
}

function ownerOf(root: ObjectRef, { snapshot }: Scene): KubernetesObject | undefined {
  const object = snapshot.get(root);
  return object && isArgoApplication(object) ? parentAppOf(snapshot, object) : applicationOf(snapshot, root);
}

function nameOf(app: KubernetesObject | undefined): string {
  return app ? `${refOf(app).namespace}/${app.metadata.name}` : "";
}

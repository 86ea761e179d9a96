/** Whether Git owns what an action would change: then Argo CD sets it back in seconds, and Git is the place for it (design 8.3). */
import type { GitOps } from "../ports/gitops.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, refOf, textAt } from "../records/read-object.ts";
import { applicationOf, ownerAppOf } from "../triage/owner-app.ts";
import { createSnapshot } from "../triage/snapshot.ts";

/** Where in Git the replicas of a tracked object are decided, in words; undefined when nothing in Git says how many there are. */
export async function gitOwnsReplicas(object: KubernetesObject, gitops: GitOps): Promise<string | undefined> {
  const snapshot = createSnapshot([object, ...(await gitops.applications())], 0);
  const application = applicationOf(snapshot, refOf(object));
  if (!application || ignoresReplicas(application, object)) return undefined;
  const app = ownerAppOf(application);
  return `Argo CD tracks it (app ${app.name}, ${app.path === "" ? "the root" : app.path} of ${app.repoURL}) and would set a live change back; the number belongs in Git`;
}

/** The app leaves the number of replicas to others, as one with an autoscaler does. */
function ignoresReplicas(application: KubernetesObject, object: KubernetesObject): boolean {
  return listAt(application, "spec", "ignoreDifferences").some((rule) => {
    const name = textAt(rule, "name");
    const isMeant = textAt(rule, "kind") === object.kind && (name === undefined || name === "" || name === object.metadata.name);
    return isMeant && listAt(rule, "jsonPointers").includes("/spec/replicas");
  });
}

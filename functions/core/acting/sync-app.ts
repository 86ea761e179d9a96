/** `sync_app`: Argo CD is asked to apply the default branch's newest commit: no prune, no force, and not while its window is closed. */
import * as z from "zod";
import { whyProtected } from "../policy/actions/protected-objects.ts";
import type { GitOps } from "../ports/gitops.ts";
import { formatObject, type ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { instantAt, listAt, textAt } from "../records/read-object.ts";
import { ownerAppOf } from "../triage/owner-app.ts";
import { type Acted, defineAction, type Looked, objectName } from "./action-tool.ts";

export const syncApp = defineAction(z.looseObject({ app: objectName, namespace: objectName.default("argocd") }), {
  async look({ app: name, namespace }, ports): Promise<Looked> {
    const { gitops } = ports;
    const ref: ObjectRef = { apiVersion: "argoproj.io/v1alpha1", kind: "Application", namespace, name };
    const what = formatObject(ref);
    const app = await appNow(gitops, ref);
    if (!app) return { nothing: `${what} is not there` };
    const { repoURL, targetRevision } = ownerAppOf(app);
    const branch = await ports.branchOf(repoURL);
    if (!branch) return { refusal: `${what}: it comes from ${repoURL}, which is not watched`, command: `argocd app sync ${name}` };
    const { head } = branch;
    if (head === undefined) return { refusal: `${what}: the default branch could not be read` };
    const command = `argocd app sync ${name} --revision ${head}`;
    const why = whyNotSynced(app) ?? whyAnotherBranch(targetRevision, branch.name);
    if (why !== undefined) return { refusal: `${what}: ${why}`, command };
    if (textAt(app, "status", "sync", "status") === "Synced" && textAt(app, "status", "sync", "revision") === head)
      return { nothing: `${what} is synced to ${head.slice(0, 12)} already` };
    const words = `sync ${what} to ${head.slice(0, 12)}, the newest commit of the default branch, without pruning`;
    return { intent: { subject: ref, targets: [{ object: ref, uid: app.metadata.uid ?? "" }], revision: head, words, command } };
  },
  async act({ targets: [target], revision, at }, { actuator, gitops, guard }): Promise<Acted> {
    if (!target || revision === undefined) return { unsure: "the record does not say what to sync" };
    const what = formatObject(target.object);
    const app = await appNow(gitops, target.object);
    if (app?.metadata.uid !== target.uid) return { unsure: `${what} is another one by now` };
    if (isUnderWay(app, { revision, at })) return { done: `${what} is being synced to ${revision.slice(0, 12)}` };
    await guard();
    const outcome = await actuator.sync(target, revision);
    if (outcome === "busy") return { later: `${what} is in the middle of another operation` };
    return outcome === "gone" ? { unsure: `${what} is gone` } : { done: `${what} is being synced to ${revision.slice(0, 12)}` };
  },
});

/** Asked for already, or begun since: times of Kubernetes have whole seconds. */
function isUnderWay(app: KubernetesObject, { revision, at }: { revision: string; at: number }): boolean {
  if (textAt(app, "operation", "sync", "revision") === revision) return true;
  const started = instantAt(app, "status", "operationState", "startedAt") ?? 0;
  return textAt(app, "status", "operationState", "operation", "sync", "revision") === revision && started >= at - 1_000;
}

/** Only what comes from the default branch of a repository that is watched: there people have said yes to everything. */
function whyAnotherBranch(targetRevision: string, defaultBranch: string): string | undefined {
  return targetRevision === defaultBranch || targetRevision === "HEAD" ? undefined : `it follows ${targetRevision}, not the default branch`;
}

async function appNow(gitops: GitOps, ref: ObjectRef): Promise<KubernetesObject | undefined> {
  return (await gitops.applications()).find((app) => app.metadata.name === ref.name && (app.metadata.namespace ?? "argocd") === ref.namespace);
}

/** An app that Argo CD itself, or we, live from is not synced; nor one that follows another branch, or whose window is closed. */
function whyNotSynced(app: KubernetesObject): string | undefined {
  const target = textAt(app, "spec", "destination", "namespace") ?? "";
  const vital = whyProtected({ ...app, metadata: { name: app.metadata.name, namespace: target, ...(app.metadata.labels && { labels: app.metadata.labels }) } });
  if (vital !== undefined) return "what it deploys is what the cluster stands on";
  if (listAt(app, "spec", "sources").length > 0) return "it has several sources";
  const waits = listAt(app, "status", "conditions").find((condition) => /sync window/i.test(textAt(condition, "message") ?? ""));
  return waits === undefined ? undefined : "its sync window is closed";
}

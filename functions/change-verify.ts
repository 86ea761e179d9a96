/** One look at a change: is it applied, is the trouble gone, is anything worse. Reads, changes nothing; the engine makes the verdict (design 8.7). */
import { VerificationRequested, type VerificationRequest } from "./core/events/catalog.ts";
import { changeOf } from "./core/engine/changes.ts";
import type { Observation, Result } from "./core/engine/results.ts";
import { comparedRevision } from "./core/changes/applied.ts";
import { lookAtChange } from "./core/changes/verify.ts";
import type { Cluster } from "./core/ports/cluster.ts";
import { Refused } from "./core/ports/errors.ts";
import type { Git } from "./core/ports/git.ts";
import type { GitOps } from "./core/ports/gitops.ts";
import { problemsOf } from "./core/proposal/adopted.ts";
import type { Change } from "./core/records/change.ts";
import { formatObject } from "./core/records/fields.ts";
import type { Cause } from "./core/records/finding.ts";
import type { KubernetesObject } from "./core/records/kubernetes-object.ts";
import { lookAfterAll } from "./core/proposal/look-after.ts";
import { defineFunction, type Effect } from "./core/shell/define-function.ts";
import { Terminal } from "./core/shell/outcome.ts";
import type { Shell } from "./core/shell/shell.ts";
import { diagnose } from "./core/triage/diagnose.ts";

export interface VerifyDeps {
  readonly shell: Shell;
  readonly cluster: Cluster;
  readonly gitops: GitOps;
  readonly git: Git;
}

export const changeVerify = defineFunction({
  name: "change-verify",
  consumes: VerificationRequested,
  limitMs: 20_000,
  async handle(effect: Effect<VerificationRequest>, deps: VerifyDeps): Promise<Result> {
    const { data } = effect;
    if ("look" in data) {
      await lookAfterAll(deps.shell, async () => await causesNow(effect, await deps.gitops.applications(), deps));
      return { result: "looked" };
    }
    const change = changeOf(effect.run, data.change);
    if (!change) throw new Terminal(`run ${effect.runId} has no change ${data.change}`);
    return { result: "observed", observation: await observe(effect, change, deps) };
  },
});

async function observe(effect: Effect<unknown>, change: Change, deps: VerifyDeps): Promise<Observation> {
  const applications = await deps.gitops.applications();
  const causes = await causesNow(effect, applications, deps);
  const application = await applicationOf(change, applications, deps);
  const problems = await problemsOf(deps.shell.store, effect.run, change);
  const cause = problems?.causes[0] ?? causes?.find((known) => known.id === change.cause);
  const base = { app: appOf(application), application, mergeCommit: change.mergeCommit, isDescendant: await isApplied(change, application, deps), causes };
  const look = lookAtChange({
    ...base,
    cause: cause ?? UNKNOWN,
    baseline: problems?.baseline ?? [],
    workload: cause && (await deps.cluster.read(cause.object)),
  });
  if (change.mergeCommit !== undefined && !look.applied && application)
    await deps.gitops.refresh(application.metadata.name, application.metadata.namespace ?? "argocd");
  const adopted = problems === undefined;
  return { ...look, worse: adopted ? [] : look.worse.map((finding) => `${formatObject(finding.object)} ${finding.category}`), words: look.words.slice(0, 512) };
}

/** A run that was made again knows only its cause's id; while nothing has that id, the trouble is gone. */
const UNKNOWN: Pick<Cause, "object" | "category"> = { object: { kind: "Unknown", name: "unknown" }, category: "unknown" };

/** What is not allowed to be seen is not seen: never a verdict (safety C18). */
async function causesNow(effect: Effect<unknown>, applications: readonly KubernetesObject[], { cluster }: VerifyDeps): Promise<readonly Cause[] | undefined> {
  try {
    const objects = await cluster.snapshot();
    const others = objects.filter((object) => !(object.kind === "Application" && object.apiVersion.startsWith("argoproj.io/")));
    return diagnose([...others, ...applications], effect.now).causes;
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

async function applicationOf(change: Change, applications: readonly KubernetesObject[], { shell }: VerifyDeps): Promise<KubernetesObject | undefined> {
  const app = change.planned && (await shell.store.read("Plan", change.planned.plan))?.record.app;
  return app && applications.find((application) => application.metadata.name === app.name && application.metadata.namespace === app.namespace);
}

function appOf(application: KubernetesObject | undefined): { name: string; namespace: string } | undefined {
  return application && { name: application.metadata.name, namespace: application.metadata.namespace ?? "argocd" };
}

/** Argo CD may skip our commit when a newer one lands first: any descendant of it will do (contracts 6.1). */
async function isApplied(change: Change, application: KubernetesObject | undefined, { git }: VerifyDeps): Promise<boolean> {
  const revision = application && comparedRevision(application);
  if (revision === undefined || change.mergeCommit === undefined) return false;
  if (revision === change.mergeCommit) return true;
  if (!(await git.resolve(change.repository, revision)) || !(await git.resolve(change.repository, change.mergeCommit))) return false;
  return await git.isAncestor(change.repository, change.mergeCommit, revision);
}

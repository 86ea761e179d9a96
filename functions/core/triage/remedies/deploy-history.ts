/** What Argo CD applied and when, so that "the last healthy revision" is a fact of its history and not a guess. */
import type { Cause } from "../../records/finding.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt, listAt, textAt } from "../../records/read-object.ts";

const FULL_COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

interface Deploy {
  readonly revision: string;
  readonly startedAt: number;
}

/** The two ends of the window in which the bad commit must be. */
export interface DeployWindow {
  /** What was applied before the trouble began. */
  readonly lastHealthy: string;
  /** What is applied now. */
  readonly current: string;
}

/** When the trouble of a cause began, as far back as anything shows it: its findings, and the time at which Argo CD stopped calling the app healthy. */
export function troubleSince(cause: Cause, application: KubernetesObject): number | undefined {
  const health = textAt(application, "status", "health", "status");
  const unhealthySince = health === "Healthy" ? undefined : instantAt(application, "status", "health", "lastTransitionTime");
  const instants = [...cause.findings.map((finding) => finding.since), unhealthySince].filter((at) => at !== undefined);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/**
 * Finds the revision that was applied before the one with which the trouble began. The deploy that was newest when it began
 * is the suspect; the newest one before it with another revision is the last healthy.
 */
export function deployWindow(application: KubernetesObject, since: number | undefined): DeployWindow | { readonly refusal: string } {
  const deploys = readHistory(application);
  const current = deploys.at(-1);
  const name = application.metadata.name;
  if (!current) return { refusal: `Argo CD has no history of deploys of the app ${name} from this source` };
  const suspect = since === undefined ? deploys.length - 1 : deploys.findLastIndex((deploy) => deploy.startedAt <= since);
  if (suspect < 0) return { refusal: `the trouble is older than the history that Argo CD keeps of the app ${name}` };
  const began = deploys[suspect]?.startedAt ?? 0;
  // Times have whole seconds: of deploys in one second nobody knows which was healthy, so it has to be an earlier one.
  const before = deploys.slice(0, suspect).findLast((deploy) => deploy.revision !== deploys[suspect]?.revision && deploy.startedAt < began);
  if (!before)
    return {
      refusal: `nothing healthy is known before ${short(deploys[suspect]?.revision ?? "")}: it is the first revision in the history of the app ${name}`,
    };
  if (before.revision === current.revision) return { refusal: `the app ${name} is already back at ${short(current.revision)}, which ran before the trouble` };
  return { lastHealthy: before.revision, current: current.revision };
}

/** Full history entries of today's source; entries of another path or repository say nothing about it. */
function readHistory(application: KubernetesObject): readonly Deploy[] {
  const repoURL = textAt(application, "spec", "source", "repoURL");
  const path = textAt(application, "spec", "source", "path");
  return listAt(application, "status", "history").flatMap((entry): Deploy[] => {
    const revision = textAt(entry, "revision") ?? "";
    const startedAt = instantAt(entry, "deployStartedAt") ?? instantAt(entry, "deployedAt");
    const isSameSource = textAt(entry, "source", "repoURL") === repoURL && textAt(entry, "source", "path") === path;
    return isSameSource && FULL_COMMIT.test(revision) && startedAt !== undefined ? [{ revision, startedAt }] : [];
  });
}

/** A commit as people read it. */
export function short(commit: string): string {
  return commit.slice(0, 10);
}

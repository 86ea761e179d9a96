/** The remedy that needs no judgement: take back the one commit, between the last healthy and the current deploy, that changed what crashes (design 7.1). */
import type { Cause, OwnerApp, RevertRemedy } from "../../records/finding.ts";
import { formatObject } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { parseYaml } from "../../records/safe-yaml.ts";
import type { FileDiff } from "../../records/source.ts";
import { cutText } from "../finding-of.ts";
import { valueAt } from "../../records/read-object.ts";
import { short } from "./deploy-history.ts";
import { type AppCommit, type Narrow, type Suspect, suspectOf } from "./suspects.ts";

export interface RevertInput {
  readonly cause: Cause;
  readonly app: OwnerApp;
  /** The live workload, where there is one. */
  readonly live: KubernetesObject | undefined;
  readonly lastHealthy: string;
  readonly current: string;
  /** First-parent commits after the last healthy revision up to the current one that changed the app's path, newest first. */
  readonly commits: readonly AppCommit[];
  /** The part of the object that is to blame, where it is known. */
  readonly narrow?: Narrow | undefined;
}

/** A commit to take back, or in words why there is none. */
export type Reverted = { readonly remedy: RevertRemedy } | { readonly refusal: string };

/** Troubles that a commit to manifests causes; a failing node or registry is none. */
const REVERTIBLE = new Set([
  "crash-loop",
  "init-failing",
  "out-of-memory",
  "config-error",
  "volume-mount",
  "image-pull",
  "unschedulable",
  "not-ready",
  "rollout-stuck",
  "replica-failure",
  "unavailable",
  "failed-job",
  "no-endpoints",
]);
const WHOLE_SPEC = new Set(["unschedulable", "rollout-stuck", "replica-failure", "unavailable"]);

/** Decides whether exactly one commit is to be taken back. */
export function proposeRevert(input: RevertInput): Reverted {
  const { cause, app } = input;
  const window = `between ${short(input.lastHealthy)}, which ran before, and ${short(input.current)}, which runs now`;
  if (!REVERTIBLE.has(cause.category)) return { refusal: `no commit is taken back for ${cause.category}` };
  if (app.repository === undefined) return { refusal: `the repository ${app.repoURL} of the app ${app.name} is not one that is configured` };
  if (input.commits.length === 0) return { refusal: `no commit changed ${app.path} ${window}` };
  const about = { workload: cause.object, live: input.live, wholeSpec: WHOLE_SPEC.has(cause.category), narrow: input.narrow };
  const suspects = input.commits.flatMap((commit) => suspectOf(commit, about) ?? []);
  const what = input.narrow ? `${input.narrow.words} ${formatObject(cause.object)}` : `what ${formatObject(cause.object)} runs`;
  const [suspect, ...others] = suspects;
  if (!suspect) return { refusal: cutText(`none of the commits ${window} changed ${what}: ${list(input.commits)}`, 512) };
  if (others.length > 0)
    return {
      refusal: cutText(`more than one commit ${window} changed ${what}, so a person has to choose: ${list(suspects)}`, 512),
    };
  const refusal = refuse(suspect, input);
  return refusal === undefined ? { remedy: remedyOf(suspect, input, app.repository) } : { refusal: cutText(refusal, 512) };
}

function refuse(suspect: Suspect, { cause }: RevertInput): string | undefined {
  const name = nameOf(suspect);
  if (suspect.creates) return `${name} created ${formatObject(cause.object)}: there is nothing healthy to go back to`;
  if (suspect.commit.parents.length === 0) return `${name} is the first commit of the repository`;
  if (suspect.beside.length > 0) return `${name} changed ${suspect.changed}, and ${suspect.beside.join(" and ")} with it: taking it back would undo that too`;
  const encrypted = suspect.files.find(isEncrypted);
  return encrypted && `${name} changed ${encrypted.path}, which is encrypted: what it holds cannot be judged`;
}

/** Files of SOPS, sealed and external secrets. */
function isEncrypted(file: FileDiff): boolean {
  return [file.before, file.after].some((text) => {
    if (text === undefined) return false;
    const parsed = parseYaml(text);
    if (!("documents" in parsed)) return /^sops:/m.test(text);
    return parsed.documents.some(
      ({ value }) => valueAt(value, "sops") !== undefined || /^(SealedSecret|ExternalSecret|ClusterExternalSecret)$/.test(String(valueAt(value, "kind"))),
    );
  });
}

function remedyOf(suspect: Suspect, { cause, app, lastHealthy, current }: RevertInput, repository: RevertRemedy["repository"]): RevertRemedy {
  const { commit } = suspect;
  return {
    kind: "revert-commit",
    repository,
    app: app.name,
    path: app.path,
    commit: commit.id,
    subject: cutText(commit.subject, 200),
    author: cutText(commit.author, 200),
    committedAt: Math.max(0, commit.at),
    object: cause.object,
    because: cutText(
      `${short(commit.id)} is the only commit between the deploys ${short(lastHealthy)} and ${short(current)} that changed ${suspect.changed}; only its part below ${app.path === "" ? "the repository's root" : app.path} is taken back`,
      512,
    ),
  };
}

function nameOf({ commit }: AppCommit): string {
  return `${short(commit.id)} "${cutText(commit.subject, 60)}"`;
}

function list(commits: readonly AppCommit[]): string {
  const names = commits.slice(0, 5).map(nameOf).join(", ");
  return commits.length > 5 ? `${names} and ${commits.length - 5} more` : names;
}

/** Gathers what the revert remedy is decided by, and proves that the inverse still applies to today's files. */
import { invertFiles } from "../changes/invert.ts";
import { Refused } from "../ports/errors.ts";
import type { Git } from "../ports/git.ts";
import type { Cause, OwnerApp, RevertRemedy } from "../records/finding.ts";
import { formatObject, type RepositoryRef } from "../records/fields.ts";
import type { FileDiff } from "../records/source.ts";
import { applicationOf, ownerAppOf } from "../triage/owner-app.ts";
import { deployWindow, troubleSince } from "../triage/remedies/deploy-history.ts";
import { proposeRevert, type Remedied } from "../triage/remedies/revert-commit.ts";
import type { AppCommit } from "../triage/remedies/suspects.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import { appCommits } from "./app-commits.ts";
import type { ToolPorts } from "./tool.ts";

/** Looks for the one commit to take back; what Git refuses to read (binary files, links, too much) is a reason for none. @throws Unavailable */
export async function revertRemedy(cause: Cause, snapshot: Snapshot, ports: Pick<ToolPorts, "git" | "repositoryOf">): Promise<Remedied> {
  try {
    return await lookForRemedy(cause, snapshot, ports);
  } catch (error) {
    if (error instanceof Refused) return { refusal: `the commits could not be read: ${error.message}` };
    throw error;
  }
}

async function lookForRemedy(cause: Cause, snapshot: Snapshot, { git, repositoryOf }: Pick<ToolPorts, "git" | "repositoryOf">): Promise<Remedied> {
  const application = applicationOf(snapshot, cause.object);
  if (!application) return { refusal: `no Argo CD Application owns ${formatObject(cause.object)}, so its cause is not looked for in Git` };
  if (application.spec !== null && typeof application.spec === "object" && "sources" in application.spec)
    return { refusal: `the app ${application.metadata.name} has several sources, and which of them decides is not known` };
  const window = deployWindow(application, troubleSince(cause, application));
  if ("refusal" in window) return window;
  const app = ownerAppOf(application);
  const repository = await repositoryOf(app.repoURL);
  if (!repository) return { refusal: `the repository ${app.repoURL} of the app ${app.name} is not one that is configured` };
  const found = await appCommits(git, { repository, from: window.lastHealthy, to: window.current, path: app.path });
  if ("refusal" in found) return found;
  const remedied = proposeRevert({ cause, app: { ...app, repository }, live: snapshot.get(cause.object), ...window, commits: found.commits });
  return "refusal" in remedied ? remedied : proveInverse(git, { remedy: remedied.remedy, app, repository, ...window, commits: found.commits });
}

interface Proof {
  readonly remedy: RevertRemedy;
  readonly app: OwnerApp;
  readonly repository: RepositoryRef;
  readonly current: string;
  readonly commits: readonly AppCommit[];
}

/** A remedy whose inverse does not apply to the branch as it is now is none. */
async function proveInverse(git: Git, { remedy, app, repository, current, commits }: Proof): Promise<Remedied> {
  // `HEAD` means the default branch, whose name only the forge knows: what runs is the next best, and the plan proves it again.
  const head = await git.resolve(repository, app.targetRevision === "HEAD" ? current : app.targetRevision);
  if (!head) return { refusal: `the app ${app.name} follows ${app.targetRevision}, which is no branch of ${repository.name}` };
  const files: readonly FileDiff[] = commits.find(({ commit }) => commit.id === remedy.commit)?.files ?? [];
  const texts = new Map<string, string | undefined>();
  for (const { path } of files) texts.set(path, await git.read(repository, head.id, path));
  const inverted = invertFiles(texts, files);
  return "edits" in inverted ? { remedy } : { refusal: `${remedy.commit.slice(0, 10)} cannot be taken back as it is: ${inverted.conflict}` };
}

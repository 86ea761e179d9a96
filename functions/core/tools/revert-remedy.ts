/** Gathers what the revert remedy is decided by, and proves that the inverse still applies to today's files. */
import { invertFiles } from "../changes/invert.ts";
import type { Git } from "../ports/git.ts";
import type { Cause, RevertRemedy } from "../records/finding.ts";
import type { FileDiff } from "../records/source.ts";
import { deployWindow, troubleSince } from "../triage/remedies/deploy-history.ts";
import { proposeRevert, type Reverted } from "../triage/remedies/revert-commit.ts";
import type { AppCommit, Narrow } from "../triage/remedies/suspects.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import { appCommits } from "./app-commits.ts";
import { type AppSource, branchHead } from "./app-source.ts";

interface Given {
  readonly git: Git;
  readonly source: AppSource;
  /** The part of the object that is to blame, where it is known. */
  readonly narrow?: Narrow;
}

/** Looks for the one commit to take back. @throws Unavailable, Refused */
export async function revertRemedy(cause: Cause, snapshot: Snapshot, { git, source, narrow }: Given): Promise<Reverted> {
  const { application, app, repository } = source;
  const window = deployWindow(application, troubleSince(cause, application));
  if ("refusal" in window) return window;
  const found = await appCommits(git, { repository, from: window.lastHealthy, to: window.current, path: app.path });
  if ("refusal" in found) return found;
  const remedied = proposeRevert({ cause, app, live: snapshot.get(cause.object), ...window, commits: found.commits, narrow });
  return "refusal" in remedied ? remedied : await proveInverse(git, { remedy: remedied.remedy, source, commits: found.commits });
}

interface Proof {
  readonly remedy: RevertRemedy;
  readonly source: AppSource;
  readonly commits: readonly AppCommit[];
}

/** A remedy whose inverse does not apply to the branch as it is now is none. */
async function proveInverse(git: Git, { remedy, source, commits }: Proof): Promise<Reverted> {
  const head = await branchHead(git, source);
  if ("refusal" in head) return head;
  const files: readonly FileDiff[] = commits.find(({ commit }) => commit.id === remedy.commit)?.files ?? [];
  const texts = new Map<string, string | undefined>();
  for (const { path } of files) texts.set(path, await git.read(source.repository, head.commit, path));
  const inverted = invertFiles(texts, files);
  return "edits" in inverted ? { remedy } : { refusal: `${remedy.commit.slice(0, 10)} cannot be taken back as it is: ${inverted.conflict}` };
}

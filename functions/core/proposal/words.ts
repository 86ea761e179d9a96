/** From records to the words on the forge: title, description, commit and merge messages. */
import { needsCommit } from "../approval/judge-approve.ts";
import { planMarker } from "../approval/showings.ts";
import { changeOf } from "../engine/changes.ts";
import type { PullRequest } from "../ports/forge.ts";
import type { Store } from "../ports/store.ts";
import type { Change } from "../records/change.ts";
import type { Plan } from "../records/plan.ts";
import type { Effect } from "../shell/define-function.ts";
import { askedText } from "../text/asked.ts";
import { commitMessage } from "../text/commit-message.ts";
import type { Origin } from "../text/marker.ts";
import { pullRequestDescription, pullRequestTitle } from "../text/pull-request.ts";
import { problemsOf } from "./adopted.ts";

interface Proposal {
  readonly change: Change;
  readonly plan: Plan;
}

/** The hidden line of a change: enough to make its run again from the pull request. */
export function originOf(effect: Effect<unknown>, change: Change | undefined): Origin {
  const { incident, spec } = effect.run;
  return { run: effect.runId, change: change?.number, incident: incident?.key, pipeline: spec.pipeline?.name, cause: change?.cause };
}

/** Title and description of the pull request. */
export async function pullRequestOf(store: Store, effect: Effect<unknown>, proposal: Proposal & { head: string }): Promise<{ title: string; body: string }> {
  const { change, plan, head } = proposal;
  const body = pullRequestDescription({
    plan,
    head,
    needsCommit: needsCommit(plan),
    incident: effect.run.incident,
    problems: await problemsOf(store, effect.run, change),
    origin: originOf(effect, change),
    asked: askedText(effect.run.spec.trigger),
    takesBack: changeOf(effect.run, change.inverseOf ?? 0)?.pullRequest,
    costUsd: 0,
    planMarker: planMarker(head, plan.digest),
  });
  return { title: pullRequestTitle(plan), body };
}

export function commitMessageOf(effect: Effect<unknown>, { change, plan }: Proposal): string {
  return commitMessage({ run: effect.runId, change: change.number, incident: effect.run.incident?.key, subject: plan.title, body: effect.run.incident?.title });
}

/** The merge commit's title and message: whose yes it was stands in the pull request, the run in the trailers. */
export function mergeWordsOf(effect: Effect<unknown>, at: { change: Change; pull: PullRequest }): { title: string; message: string } {
  const title = `Merge pull request #${at.pull.number}: ${pullRequestTitleOf(at)}`;
  return {
    title,
    message: commitMessage({ run: effect.runId, change: at.change.number, incident: effect.run.incident?.key, subject: pullRequestTitleOf(at) }),
  };
}

function pullRequestTitleOf({ change, pull }: { change: Change; pull: PullRequest }): string {
  return (change.planned?.title ?? pull.title).slice(0, 120);
}

/** A run that a test moves by hand: results and facts go in, what is owed comes out in words; every step checks the invariants. */
import { type Decision, decideFact, decideFailure, decideResult, decideStart } from "../../../functions/core/engine/decide.ts";
import type { Context } from "../../../functions/core/engine/context.ts";
import { claimEntry } from "../../../functions/core/engine/outbox.ts";
import type { Fact, Failure, Observation, Planned, PullSeen, Result } from "../../../functions/core/engine/results.ts";
import { incidentRun } from "../../../functions/core/engine/start.ts";
import type { Alert } from "../../../functions/core/records/alert.ts";
import type { Change } from "../../../functions/core/records/change.ts";
import type { OutboxEntry } from "../../../functions/core/records/outbox.ts";
import type { Run } from "../../../functions/core/records/run.ts";
import { compiled, withSteps } from "../workflow/workflow-file.ts";
import { checkInvariants } from "./invariants.ts";

export const MINUTE_MS = 60_000;
export const START = 1_800_000_000_000;
export const RUN_ID = "5f0c2a";
export const CLAIM_MS = 80_000;
export const REPOSITORY = { id: 7, name: "home/gitops" };
export const HEAD = "a".repeat(40);
export const NEW_HEAD = "b".repeat(40);
export const MERGE_COMMIT = "c".repeat(40);

export const CRASH_LOOP = compiled(
  withSteps(
    '- { id: find, tool: find_problems, with: { alert: "${{ alert }}" } }',
    '- { id: fix, if: "${{ has(steps.find.output.remedy) }}", tool: propose_change, with: { remedy: "${{ steps.find.output.remedy }}" } }',
  ),
);

export function anAlert(overrides: Partial<Alert> = {}): Alert {
  const labels = { alertname: "KubePodCrashLooping", namespace: "web", pod: "shop-5d9c7b8f6-x2x9k" };
  return { fingerprint: "f1", status: "firing", startsAt: START - 60_000, labels, annotations: {}, ...overrides };
}

export const FOUND: Result = { result: "tool", record: "found", output: { remedy: { result: "found", cause: "cause-1" } } };
export const REFUSED: Result = { result: "tool", record: "found", output: { refusal: "no single commit broke it" } };

export function planned(overrides: Partial<Planned> = {}, head?: string): Result {
  const plan: Planned = {
    plan: "plan-1",
    digest: "d".repeat(64),
    tier: "risky",
    baseCommit: "1".repeat(40),
    headTree: "2".repeat(40),
    title: "revert",
    objects: [],
  };
  return { result: "planned", planned: { ...plan, ...overrides }, ...(head !== undefined && { head }) };
}

export const PROPOSED: Result = { result: "proposed", pullRequest: 12, head: HEAD };
export const MERGED: Result = { result: "merged", commit: MERGE_COMMIT, by: "ada", at: START };
export const SAID: Result = { result: "said" };

export function seen(overrides: Partial<PullSeen> = {}): Result {
  return { result: "pull-seen", seen: { state: "open", head: HEAD, baseRef: "main", reviews: [], lostComments: [], ...overrides } };
}

export function observed(overrides: Partial<Observation> = {}): Result {
  return { result: "observed", observation: { applied: true, finding: "gone", worse: [], settled: true, words: "looked", ...overrides } };
}

export function yes(overrides: { head?: string; keep?: boolean; comment?: number } = {}): Result {
  const { head = HEAD, keep = false, comment = 99 } = overrides;
  return { result: "judged", verdict: { verdict: "counts", approval: "approval-1", head, keep }, change: 1, comment };
}

/** What an entry is, in words: `merge.requested look`, with `+n` minutes until it is due, and `held`. */
export function inWords(entry: OutboxEntry, now: number): string {
  const { mode, say, from, of, why, react } = entry.data;
  const kind = [mode, why, say ?? (react === undefined ? undefined : "reaction"), from, of].filter((part) => typeof part === "string");
  const due = entry.at > now ? [`+${(entry.at - now) / MINUTE_MS}`] : [];
  const isHeld = entry.claim !== undefined && entry.claim.until > now ? ["held"] : [];
  return [entry.type.replace("dev.anchorwatch.", ""), ...kind, ...due, ...isHeld].join(" ");
}

export interface Story {
  run: Run;
  now: number;
  stoodStillMs: number;
}

export function contextOf(story: Story): Context {
  return { runId: RUN_ID, now: story.now, minuteMs: MINUTE_MS, stoodStillMs: story.stoodStillMs };
}

function write(story: Story, decide: (run: Run, context: Context) => Decision): Decision {
  const decision = decide(story.run, contextOf(story));
  checkInvariants(story.run, decision, story.now);
  story.run = decision.run;
  return decision;
}

export function startStory(pipeline = CRASH_LOOP): Story {
  const story: Story = { run: undefined as unknown as Run, now: START, stoodStillMs: 0 };
  const start = { pipeline, pipelineCommit: "e".repeat(40), repository: REPOSITORY, baseRef: "main", incidentKey: "incident", alerts: [anAlert()] };
  story.run = incidentRun(start, contextOf(story));
  write(story, decideStart);
  return story;
}

/** What is owed beside the waking, in words. */
export function owed({ run, now }: Story): string[] {
  return run.outbox.map((entry) => inWords(entry, now)).filter((words) => !words.startsWith("run.woken"));
}

export function later(story: Story, minutes: number): void {
  story.now += minutes * MINUTE_MS;
}

/** The first entry that its words begin like this; time goes on until it is due. */
export function find(story: Story, words: string): OutboxEntry {
  const entry = story.run.outbox.find((candidate) => inWords(candidate, story.now).startsWith(words));
  if (!entry) throw new Error(`nothing like ${words} is owed, but ${owed(story).join(" · ")}`);
  story.now = Math.max(story.now, entry.at);
  return entry;
}

/** Claims an entry, as the shell does before the effect. */
export function hold(story: Story, words: string): OutboxEntry {
  const entry = find(story, words);
  const claim = { until: story.now + CLAIM_MS, holder: "here" };
  story.run = { ...claimEntry(story.run, entry.id, claim) };
  const times = story.run.outbox.map((item) => (item.claim ? Math.max(item.claim.until, item.at) : item.at));
  story.run = { ...story.run, wakeAt: Math.min(...times) };
  return entry;
}

export function settle(story: Story, id: string, result: Result): Decision {
  return write(story, (run, context) => decideResult(run, id, result, context));
}

/** Claims an entry and brings its result at once. */
export function bring(story: Story, words: string, result: Result): Decision {
  return settle(story, hold(story, words).id, result);
}

export function fail(story: Story, words: string, failure: Failure): Decision {
  const { id } = hold(story, words);
  return write(story, (run, context) => decideFailure(run, id, failure, context));
}

export function failHeld(story: Story, id: string, failure: Failure): Decision {
  return write(story, (run, context) => decideFailure(run, id, failure, context));
}

export function tell(story: Story, fact: Fact): Decision {
  return write(story, (run, context) => decideFact(run, fact, context));
}

export function changeIn(story: Story, number = 1): Change {
  const change = story.run.changes.find((candidate) => candidate.number === number);
  if (!change) throw new Error(`there is no change ${number}`);
  return change;
}

/** The story up to an open pull request, everything said. */
export function proposedStory(): Story {
  const story = startStory();
  bring(story, "tool.requested", FOUND);
  bring(story, "plan.requested", planned());
  bring(story, "proposal.requested", PROPOSED);
  bring(story, "notification.requested opened", SAID);
  return story;
}

export function approvedStory(): Story {
  const story = proposedStory();
  tell(story, { fact: "statement", approval: "approval-1" });
  bring(story, "judgement.requested", yes());
  bring(story, "notification.requested approved", SAID);
  return story;
}

export function mergedStory(): Story {
  const story = approvedStory();
  bring(story, "merge.requested merge", MERGED);
  bring(story, "notification.requested merged", SAID);
  return story;
}

export function appliedStory(): Story {
  const story = mergedStory();
  bring(story, "verification.requested", observed({ finding: "present", settled: false }));
  return story;
}

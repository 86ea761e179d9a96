/** Whatever comes, in whatever order: the run stays sound at every step, and, once the world answers again, it ends. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact, Result } from "../../../functions/core/engine/results.ts";
import type { OutboxEntry } from "../../../functions/core/records/outbox.ts";
import {
  anAlert,
  appliedStory,
  approvedStory,
  failHeld,
  FOUND,
  HEAD,
  hold,
  inWords,
  later,
  MERGED,
  mergedStory,
  MINUTE_MS,
  observed,
  planned,
  proposedStory,
  seen,
  settle,
  startStory,
  type Story,
  tell,
  REPOSITORY,
} from "./a-story.ts";
import { FAILURES, RESULTS, STOP } from "./all-results.ts";

type Move =
  | { readonly move: "later"; readonly minutes: number }
  | { readonly move: "hold"; readonly pick: number }
  | { readonly move: "result" | "failure"; readonly pick: number; readonly which: number }
  | { readonly move: "fact"; readonly which: number }
  | { readonly move: "paused"; readonly minutes: number };

/** From where the run goes astray: the later chapters are rarely reached by chance. */
const beginnings = [startStory, proposedStory, approvedStory, mergedStory, appliedStory];

const pick = fc.nat(63);
const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ move: fc.constant("later" as const), minutes: fc.constantFrom(1, 1, 2, 5, 5, 31) }) },
  { weight: 2, arbitrary: fc.record({ move: fc.constant("hold" as const), pick }) },
  { weight: 8, arbitrary: fc.record({ move: fc.constant("result" as const), pick, which: pick }) },
  { weight: 2, arbitrary: fc.record({ move: fc.constant("failure" as const), pick, which: pick }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant("fact" as const), which: pick }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constant("paused" as const), minutes: fc.constantFrom(1, 120) }) },
);

const noun = (entry: OutboxEntry): string => entry.type.replace("dev.anchorwatch.", "");
const isHeld = (story: Story, entry: OutboxEntry): boolean => entry.claim !== undefined && entry.claim.until > story.now;

/** Facts by number, so that a shrunk example says which. */
function factOf(which: number): Fact {
  const facts: readonly Fact[] = [
    { fact: "alerts", alerts: [anAlert({ fingerprint: `f${which}` })] },
    { fact: "alerts", alerts: [anAlert({ status: "resolved" })] },
    { fact: "statement", approval: `approval-${which}` },
    { fact: "pull-request-news", repository: REPOSITORY, pullRequest: 12 },
    { fact: "push" },
  ];
  return which === 63 ? { fact: "stop", by: "ada" } : (facts[which % facts.length] ?? { fact: "push" });
}

/** Holds the picked entry where somebody may: due, or waited for; claims that ran out are taken over. */
function take(story: Story, at: number): OutboxEntry | undefined {
  const entry = story.run.outbox[at % Math.max(1, story.run.outbox.length)];
  if (!entry || isHeld(story, entry)) return entry;
  story.now = Math.max(story.now, entry.at);
  return hold(story, inWords(entry, story.now));
}

const PLANS = RESULTS["plan.requested"] ?? [];

function answersOf(entry: OutboxEntry): readonly Result[] {
  if (entry.data["mode"] === "close") return [{ result: "pull-closed" }];
  if (noun(entry) === "plan.requested")
    return PLANS.filter((result) => result.result !== "planned" || (result.head !== undefined) === (entry.data["from"] === "head"));
  return [...(RESULTS[noun(entry)] ?? []), ...(noun(entry) === "judgement.requested" ? [STOP] : [])];
}

function makeMove(story: Story, move: Move): void {
  if (move.move === "later") return later(story, move.minutes);
  if (move.move === "paused") {
    story.stoodStillMs += move.minutes * MINUTE_MS;
    return later(story, move.minutes);
  }
  if (move.move === "fact") return void tell(story, factOf(move.which));
  const entry = take(story, move.pick);
  if (!entry || move.move === "hold") return;
  const answers = answersOf(entry);
  const answer = answers[move.which % answers.length];
  const failure = FAILURES[move.which % FAILURES.length];
  if (move.move === "result" && answer) settle(story, entry.id, answer);
  if (move.move === "failure" && failure) failHeld(story, entry.id, failure);
}

/** How the world answers where nothing goes wrong. */
function goodAnswer(story: Story, entry: OutboxEntry): Result {
  const change = story.run.changes.find(({ number }) => number === entry.data["change"]);
  const { mode } = entry.data;
  switch (noun(entry)) {
    case "tool.requested":
      return FOUND;
    case "plan.requested":
      return planned({ plan: "plan-9" }, typeof entry.data["head"] === "string" ? entry.data["head"] : undefined);
    case "proposal.requested":
      return mode === "close" ? { result: "pull-closed" } : { result: "proposed", head: HEAD, pullRequest: 11 + (change?.number ?? 0) };
    case "merge.requested":
      if (mode === "merge") return MERGED;
      return seen({ ...(change?.head !== undefined && { head: change.head }), baseRef: change?.baseRef ?? "main" });
    case "verification.requested":
      return observed();
    case "judgement.requested":
      return { result: "judged", verdict: { verdict: "refused", words: "no" } };
    case "notification.requested":
      return { result: "said" };
    default:
      return { result: "woken" };
  }
}

const PATIENCE = 100;

/** Answers whatever is due next, until nothing is owed. */
function runOut(story: Story): number {
  let writes = 0;
  while (story.run.outbox.length > 0 && writes < 300) {
    const next = story.run.outbox.toSorted((a, b) => dueAt(a) - dueAt(b))[0];
    if (!next) break;
    story.now = Math.max(story.now, dueAt(next));
    const { id } = hold(story, inWords(next, story.now));
    settle(story, id, goodAnswer(story, next));
    writes += 1;
    if (writes === PATIENCE) later(story, 15 * 24 * 60); // A taking back that nobody answers is looked at for two weeks.
  }
  return writes;
}

const dueAt = (entry: OutboxEntry): number => Math.max(entry.at, entry.claim?.until ?? 0);

describe("any sequence of facts, results, failures and time", () => {
  it("keeps every run sound, and lets it end when the world answers again", { timeout: 60_000 }, () => {
    const ends = new Map<string, number>();
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.array(moves, { minLength: 1, maxLength: 60, size: "max" }), (begin, sequence) => {
        const story = begin();
        for (const move of sequence) makeMove(story, move);
        expect(runOut(story)).toBeLessThan(300);
        expect(["succeeded", "failed", "stopped"]).toContain(story.run.phase);
        for (const { state } of story.run.changes) ends.set(state, (ends.get(state) ?? 0) + 1);
      }),
      { numRuns: 400, seed: 20_261_125 },
    );
    expect([...ends.keys()].length, `ends that were reached: ${[...ends.keys()].join(", ")}`).toBeGreaterThan(6);
  });
});

/** Tells what a run does, as it does it; and says yes when the story's person would. */
import type { Story } from "../../functions/core/boot/local-story.ts";
import type { Change, ChangeState } from "../../functions/core/records/change.ts";
import type { Remedy } from "../../functions/core/records/finding.ts";
import type { Run } from "../../functions/core/records/run.ts";
import type { Problems } from "../../functions/core/records/tool-result.ts";
import type { Narrator, Telling } from "./narrator.ts";
import { showIssue, showPull } from "./tell-thread.ts";

/** Gitea's clock has seconds: a yes of the same second as the plan would not be newer. */
const APPROVE_AFTER_MS = 1_100;

export const APPROVER = "ada";

/** What a change goes through when all is well: a look that comes late tells what it missed. */
const PATH: readonly ChangeState[] = ["planned", "proposed", "approved", "merged", "applied", "verified"];

const WORDS: Readonly<Partial<Record<ChangeState, (change: Change) => string>>> = {
  planned: ({ inverseOf, planned }) =>
    `${inverseOf === undefined ? "planned" : "it did not help: the exact inverse is planned"}: tier ${planned?.tier ?? "unknown"}`,
  proposed: (change) => `pull request #${change.pullRequest ?? 0} is open`,
  approved: (change) => (change.inverseOf === undefined ? "the yes counts: this person, this head, this plan" : "the first yes covers the exact inverse"),
  waiting: (change) => `waiting: ${change.reason ?? ""}`,
  "head-moved": () => "somebody pushed to the branch: planned again, and asked again",
  merged: (change) => `merged as ${change.mergeCommit?.slice(0, 8) ?? ""}`,
  applied: () => "Argo CD has applied it; now it is looked at until it is proved",
  verified: (change) => `verified: ${change.reason ?? ""}`,
  "taken-back": () => "taken back: the files are as they were",
  healed: () => "the trouble went away by itself; the pull request is closed with a note",
  "not-proven": (change) => `not proven: ${change.reason ?? ""}`,
};

export interface Teller {
  readonly look: (run: Run, name: string) => Promise<void>;
}

export function createTeller(story: Story, telling: Telling): Teller {
  const { narrator, manual } = telling;
  const told = new Set<string>();
  const once = async (key: string, tell: () => void | Promise<void>): Promise<void> => {
    if (told.has(key)) return;
    told.add(key);
    await tell();
  };
  const tellChange = async (change: Change): Promise<void> => {
    for (const state of [...passedBy(change), change.state]) {
      if (state === "planning") continue;
      await once(`${change.number} ${state}`, () => narrator.say(WORDS[state]?.(change) ?? `change ${change.number} is ${state}`));
      if (state === "proposed" && change.inverseOf === undefined) await once("pull request", () => showPull(story, change, telling));
    }
    if (waitsForYes(change) && !manual) await once("approve", () => approve(story, change, narrator));
  };
  return {
    async look(run, name) {
      await once("run", () => narrator.say(`run ${name} begins: ${run.incident?.title ?? ""}`));
      const found = run.steps.find((step) => step.result !== undefined)?.result;
      if (found !== undefined) await once("found", () => tellCause(story, found, narrator));
      const { thread } = run;
      if (thread?.kind === "issue") await once("issue", () => showIssue(story, thread.number, telling));
      for (const change of run.changes) await tellChange(change);
    },
  };
}

/** Is it time for the story's person to say yes? */
export function waitsForYes({ state, inverseOf, proposedAt }: Change): boolean {
  return state === "proposed" && inverseOf === undefined && proposedAt !== undefined && Date.now() - proposedAt > APPROVE_AFTER_MS;
}

/** States before the one that is seen now; a merge by hand has no approval. */
function passedBy(change: Change): readonly ChangeState[] {
  const at = change.state === "taken-back" || change.state === "not-proven" ? PATH.indexOf("verified") : PATH.indexOf(change.state);
  const isApproved = change.approval !== undefined || change.inverseOf !== undefined;
  return PATH.slice(0, Math.max(0, at)).filter((state) => state !== "approved" || isApproved);
}

async function tellCause({ local }: Story, record: string, narrator: Narrator): Promise<void> {
  const problems = (await local.store.read("ToolResult", record))?.record.problems;
  const cause = problems?.causes[0];
  if (cause) narrator.say(`cause: ${cause.title}`);
  for (const line of problems ? remedyLines(problems) : []) narrator.say(line);
}

function remedyLines({ remedy, refusal, decide, wait }: Problems): readonly string[] {
  if (remedy) return [`found in Git: ${foundWords(remedy)}`, `a remedy: ${remedyWords(remedy)}`];
  if (wait !== undefined) return ["no remedy is needed: this passes by itself, so it is only watched"];
  return [`no remedy: ${refusal ?? "none is known"}`, ...(decide === undefined ? [] : [`to decide: ${decide}`])];
}

function foundWords(remedy: Remedy): string {
  if (remedy.kind === "revert-commit") return `${remedy.commit.slice(0, 8)} "${remedy.subject}" by ${remedy.author}`;
  return `${remedy.file}, line ${remedy.line}, is what decides it`;
}

function remedyWords(remedy: Remedy): string {
  if (remedy.kind === "revert-commit") return "exactly the inverse of that commit, for this app's path only";
  return `${String(remedy.edit.to)} instead of ${String(remedy.edit.from)}, and not a byte more`;
}

async function approve(story: Story, change: Change, narrator: Narrator): Promise<void> {
  const status = await story.comment(change.pullRequest ?? 0, APPROVER, "/approve");
  narrator.say(`${APPROVER} comments /approve (answered ${status})`);
}

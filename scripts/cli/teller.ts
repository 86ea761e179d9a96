/** Tells what a run does, as it does it; and says yes when the story's person would. */
import type { Story } from "../../functions/core/boot/local-story.ts";
import type { Change, ChangeState } from "../../functions/core/records/change.ts";
import type { Remedy } from "../../functions/core/records/finding.ts";
import type { Run } from "../../functions/core/records/run.ts";
import { terminalDiff } from "../../functions/core/text/terminal-diff.ts";
import type { Telling } from "./narrator.ts";

/** Gitea's clock has seconds: a yes of the same second as the plan would not be newer. */
const APPROVE_AFTER_MS = 1_100;

const APPROVER = "ada";

const WORDS: Readonly<Partial<Record<ChangeState, (change: Change) => string>>> = {
  planning: (change) =>
    change.inverseOf === undefined ? "a remedy: exactly the inverse of that commit, for this app's path only" : "it did not help: the exact inverse is planned",
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

export function createTeller(story: Story, { narrator, manual }: Telling): Teller {
  const told = new Set<string>();
  const once = async (key: string, tell: () => void | Promise<void>): Promise<void> => {
    if (told.has(key)) return;
    told.add(key);
    await tell();
  };
  return {
    async look(run, name) {
      await once("run", () => narrator.say(`run ${name} begins: ${run.incident?.title ?? ""}`));
      const found = run.steps.find((step) => step.result !== undefined)?.result;
      if (found !== undefined) await once("found", () => tellCause(story, found, narrator));
      for (const change of run.changes) {
        await once(`${change.number} ${change.state}`, () => narrator.say(WORDS[change.state]?.(change) ?? `change ${change.number} is ${change.state}`));
        if (change.state === "proposed" && change.inverseOf === undefined) await once("pull request", () => showPull(story, change, { narrator, manual }));
        const old = change.proposedAt !== undefined && Date.now() - change.proposedAt > APPROVE_AFTER_MS;
        if (change.state === "proposed" && change.inverseOf === undefined && old && !manual) await once("approve", () => approve(story, change, narrator));
      }
    },
  };
}

async function tellCause({ local }: Story, record: string, narrator: Telling["narrator"]): Promise<void> {
  const problems = (await local.store.read("ToolResult", record))?.record.problems;
  const cause = problems?.causes[0];
  if (cause) narrator.say(`cause: ${cause.title}`);
  if (problems?.remedy) narrator.say(`found in Git: ${foundWords(problems.remedy)}`);
  else if (problems?.refusal !== undefined) narrator.say(`no remedy: ${problems.refusal}`);
}

function foundWords(remedy: Remedy): string {
  if (remedy.kind === "revert-commit") return `${remedy.commit.slice(0, 8)} "${remedy.subject}" by ${remedy.author}`;
  return `${remedy.file}:${remedy.line} says ${String(remedy.edit.from)} where ${String(remedy.edit.to)} would help`;
}

async function showPull({ local }: Story, change: Change, { narrator, manual }: Telling): Promise<void> {
  const pull = await local.process.world.outside.identities().words.pullRequest(change.repository, change.pullRequest ?? 0);
  const plan = change.planned && (await local.store.read("Plan", change.planned.plan))?.record;
  if (plan) narrator.plain(`\n${terminalDiff(plan.files, { colour: narrator.colour })}`);
  narrator.plain(`\n--- pull request #${change.pullRequest ?? 0}: ${pull?.title ?? ""}\n${(pull?.body ?? "").replace(/<!--.*?-->\n?/g, "").trimEnd()}\n---\n`);
  if (manual) narrator.say(`waiting for you: in a second terminal, npx anchorwatch comment ${change.pullRequest ?? 0} /approve`);
}

async function approve(story: Story, change: Change, narrator: Telling["narrator"]): Promise<void> {
  const status = await story.comment(change.pullRequest ?? 0, APPROVER, "/approve");
  narrator.say(`${APPROVER} comments /approve (answered ${status})`);
}

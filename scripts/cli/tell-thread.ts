/** Shows what people would read in their forge: a run's pull request with its diff, or its issue. */
import type { Story } from "../../functions/core/boot/local-story.ts";
import type { Change } from "../../functions/core/records/change.ts";
import { forTerminal } from "../../functions/core/text/harmless.ts";
import { terminalDiff } from "../../functions/core/text/terminal-diff.ts";
import type { Narrator, Telling } from "./narrator.ts";

export async function showPull({ local }: Story, change: Change, { narrator, manual }: Telling): Promise<void> {
  const number = change.pullRequest ?? 0;
  const pull = await local.process.world.outside.identities().words.pullRequest(change.repository, number);
  const plan = change.planned && (await local.store.read("Plan", change.planned.plan))?.record;
  if (plan) narrator.plain(`\n${terminalDiff(plan.files, { colour: narrator.colour })}`);
  showText(narrator, `pull request #${number}: ${pull?.title ?? ""}`, pull?.body ?? "");
  if (manual) narrator.say(`waiting for you: in a second terminal, npx anchorwatch comment ${number} /approve`);
}

export async function showIssue(story: Story, number: number, { narrator }: Telling): Promise<void> {
  const { title, body } = await story.issue(number);
  showText(narrator, `issue #${number}: ${title}`, body);
}

/** As it stands there, without the hidden lines. */
function showText(narrator: Narrator, title: string, body: string): void {
  const shown = forTerminal(body.replace(/<!--.*?-->\n?/g, "")).trimEnd();
  narrator.plain(`\n--- ${forTerminal(title)}\n${shown}\n---\n`);
}

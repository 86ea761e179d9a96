/** `anchorwatch status`: every run in a line, and what it waits for. */
import type { Command } from "@commander-js/extra-typings";
import type { Run } from "../../functions/core/records/run.ts";
import { forTerminal } from "../../functions/core/text/harmless.ts";
import { visitLocal } from "../../functions/core/boot/visit-local.ts";

export function addStatus(program: Command): void {
  program
    .command("status")
    .description("shows every run of the local process")
    .action(async () => {
      const visit = visitLocal();
      const { pause } = await visit.switch.read();
      if (pause) console.log(`PAUSED: ${forTerminal(pause.reason)}${pause.until === undefined ? "" : ` until ${new Date(pause.until).toISOString()}`}`);
      const runs = await visit.store.list("Run", { limit: 500 });
      for (const { name, record } of runs.items.filter(({ record: run }) => run.spec.trigger.kind !== "repository")) console.log(line(name, record));
      if (runs.corrupt.length > 0) console.log(`cannot be read: ${runs.corrupt.join(", ")}`);
      console.log(`data: ${visit.directory}`);
      visit.close();
    });
}

function line(name: string, run: Run): string {
  const change = run.changes.at(-1);
  const waits = change === undefined ? "" : `change ${change.number} ${change.state}${change.pullRequest === undefined ? "" : ` #${change.pullRequest}`}`;
  return forTerminal([name, run.phase.padEnd(9), run.incident?.title ?? "", waits, run.outcome ?? ""].filter((part) => part !== "").join("  "));
}

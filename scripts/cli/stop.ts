/** `anchorwatch stop`: ends one run. */
import type { Command } from "@commander-js/extra-typings";
import { visitLocal } from "../../functions/core/boot/visit-local.ts";

export function addStop(program: Command): void {
  program
    .command("stop")
    .description("ends a run; what it has open is closed")
    .argument("<run>", "its id, as `anchorwatch status` shows it")
    .action(async (run) => {
      const visit = visitLocal();
      const stopped = await visit.stopRun(run, "the command line");
      visit.close();
      if (!stopped) throw new Error(`there is no run ${run}`);
      console.log(`${run} is ${stopped.phase}`);
    });
}

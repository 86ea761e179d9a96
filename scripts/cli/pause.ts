/** `anchorwatch pause` and `resume`: the kill switch (design 5.7). */
import type { Command } from "@commander-js/extra-typings";
import { parseTimeout } from "../../functions/core/workflow/timeout.ts";
import { visitLocal } from "../../functions/core/boot/visit-local.ts";

export function addPause(program: Command): void {
  program
    .command("pause")
    .description("no effect happens until `anchorwatch resume`, or until the time is over")
    .option("--for <duration>", "30s, 5m, 2h; at most 24h")
    .option("--reason <words>", "why, for whoever asks", "paused by hand")
    .action(async (options) => {
      const ms = options.for === undefined ? undefined : parseTimeout(options.for);
      if (options.for !== undefined && ms === undefined) throw new Error(`--for ${options.for}: must be like 30s, 5m or 2h, at most 24h`);
      const visit = visitLocal();
      await visit.switch.pause({ reason: options.reason, ...(ms !== undefined && { until: Date.now() + ms }) });
      visit.close();
      console.log(`paused${options.for === undefined ? "" : ` for ${options.for}`}`);
    });
  program
    .command("resume")
    .description("goes on after a pause; deadlines stood still meanwhile")
    .action(async () => {
      const visit = visitLocal();
      await visit.switch.resume();
      visit.close();
      console.log("resumed");
    });
}

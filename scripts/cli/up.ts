/** `anchorwatch up`: watches a real cluster from this machine, in one process (design 9). */
import type { Command } from "@commander-js/extra-typings";
import { openUp } from "../../functions/core/boot/open-up.ts";
import { readSettings } from "../../functions/core/boot/settings.ts";

export function addUp(program: Command): void {
  program
    .command("up")
    .description("runs everything in one process, with the Gitea and the cluster of the settings")
    .option("-c, --config <file>", "the settings, as `init` writes them", "anchorwatch.yaml")
    .action(async (flags) => {
      const settings = readSettings(flags.config);
      const up = await openUp(settings, (line) => console.log(line));
      await up.process.start();
      console.log(`Anchorwatch listens on ${up.baseUrl} and works on ${settings.gitea.repositories[0]?.name ?? ""} at ${settings.gitea.url}.`);
      console.log(`Data: ${settings.data}. \`ANCHORWATCH_DATA=${settings.data} anchorwatch status\` shows every run; end it with Ctrl-C.`);
      await new Promise<void>((resolve) => {
        process.once("SIGINT", resolve);
        process.once("SIGTERM", resolve);
      });
      up.close();
      process.exit();
    });
}

/** `anchorwatch report`: what the nightly report would say now, in the terminal. */
import type { Command } from "@commander-js/extra-typings";
import { clusterLooks } from "../../functions/core/boot/look-cluster.ts";
import { lookOffline } from "../../functions/core/boot/look-offline.ts";
import { reportOn } from "../../functions/core/boot/report-on.ts";
import { forTerminal } from "../../functions/core/text/harmless.ts";
import { healthMarkdown, healthTitle } from "../../functions/core/text/health-report.ts";

const HELP = `
It reads only, and keeps nothing: what has changed since the night before is said by the workflow nightly-health.

Exit code: 0 nothing is wrong, 1 causes were found, 2 it could not be looked at.`;

export function addReport(program: Command): void {
  program
    .command("report")
    .description("prints the health report: what is wrong, what will break soon, what is ignored until when; reads only")
    .option("--kubeconfig <file>", "the cluster to look at; else as kubectl chooses it")
    .option("--context <name>", "a context of the kubeconfig; else its current one")
    .option("--certificates", "also read TLS secrets that nothing renews, for the day on which they expire; their keys are dropped at once")
    .option("--offline <path...>", "instead of a cluster: a dump, or files and folders of `kubectl get -o yaml|json`")
    .option("--ignore <file>", "what is not to be told of, as .anchorwatch/ignore.yaml")
    .option("--prometheus <url>", "where to ask how full volumes and disks are, and how near memory is to its limits")
    .addHelpText("after", HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async ({ offline, ignore, prometheus, ...choice }) => {
      try {
        const look = offline ? await lookOffline(offline, { logs: [] }) : await (await clusterLooks(choice))();
        const health = await reportOn(look, { ignore, prometheus });
        console.log(forTerminal(`# ${healthTitle(health)}\n\n${healthMarkdown(health)}`));
        process.exitCode = health.causes.length > 0 ? 1 : 0;
      } catch (error) {
        console.error(forTerminal(error instanceof Error ? error.message : String(error)));
        process.exitCode = 2;
      }
    });
}

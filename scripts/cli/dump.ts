/** `anchorwatch dump`: a look at a cluster in one small file, without secrets, to send to somebody who can help. */
import { statSync } from "node:fs";
import type { Command } from "@commander-js/extra-typings";
import { clusterLooks } from "../../functions/core/boot/look-cluster.ts";
import { lookOffline, saveLook } from "../../functions/core/boot/look-offline.ts";
import { forTerminal } from "../../functions/core/text/harmless.ts";

const HELP = `
What is in it: the objects that diagnose looks at, and the last lines of containers in trouble. What is not: the contents of Secrets and ConfigMaps (their
keys are), environment variables and arguments that look like secrets, annotations of unknown tools, managed fields. Look into it before you send it:
  gunzip -c FILE | less
  anchorwatch diagnose --offline FILE

Exit code: 0 written, 2 not written.`;

export function addDump(program: Command): void {
  program
    .command("dump")
    .description("writes what diagnose sees into one small file without secrets, to send to a friend")
    .option("--kubeconfig <file>", "the cluster to look at; else as kubectl chooses it")
    .option("--context <name>", "a context of the kubeconfig; else its current one")
    .option("-n, --namespace <name>", "where not everything may be listed, this namespace is")
    .option("-o, --output <file>", "where to write it", "anchorwatch-dump.json.gz")
    .option("--offline <path...>", "instead of a cluster: files and folders, to take the secrets out of them")
    .addHelpText("after", HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async ({ output, offline, ...choice }) => {
      try {
        const look = offline ? await lookOffline(offline, { logs: [] }) : await (await clusterLooks(choice))();
        await saveLook(output, look);
        console.log(forTerminal(`${output}: ${look.objects.length} objects, ${Math.ceil(statSync(output).size / 1024)} KiB`));
        for (const line of look.notSeen) console.error(forTerminal(`not in it: ${line}`));
      } catch (error) {
        console.error(forTerminal(error instanceof Error ? error.message : String(error)));
        process.exitCode = 2;
      }
    });
}

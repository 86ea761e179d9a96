/** `anchorwatch init`, `doctor` and `uninstall`: one list of pieces, made, checked and undone (design 9). */
import { writeFileSync } from "node:fs";
import { type Command, Option } from "@commander-js/extra-typings";
import {
  fireSetupDeliveries,
  openSetup,
  type OpenedSetup,
  secretManifestsOf,
  type SetupOptions,
  writeSettings,
} from "../../functions/core/boot/setup/open-setup.ts";
import { ALERTMANAGER_INSTALLS, byHand, receiverText } from "../../functions/core/boot/setup/receiver.ts";
import { checkPieces, makePieces, type Told, undoPieces } from "../../functions/core/boot/setup/run-setup.ts";
import { forTerminal } from "../../functions/core/text/harmless.ts";

const SETTINGS = "anchorwatch.yaml";
const collect = (value: string, before: string[]): string[] => [...before, value];

export function addSetup(program: Command): void {
  addInit(program);
  addDoctor(program);
  addUninstall(program);
}

function addInit(program: Command): void {
  program
    .command("init")
    .description("sets up accounts, tokens, rights, hooks, labels and protection at Gitea, and opens the onboarding pull request; repeatable")
    .option("-c, --config <file>", "the settings; written where there are none", SETTINGS)
    .option("--admin-token-file <file>", "an administrator's token (or ANCHORWATCH_ADMIN_TOKEN)")
    .option("--gitea <url>", "the forge's address")
    .option("--repository <owner/name[:globs]>", "a GitOps repository, with what may be changed in it; may be repeated", collect, [])
    .option("--address <url>", "where Gitea and Alertmanager reach this installation")
    .option("--approver <name>", "who may approve: a login, or organisation/team; may be repeated", collect, [])
    .addOption(new Option("--alertmanager <install>", "print the receiver for this install").choices(ALERTMANAGER_INSTALLS))
    .option("--kubernetes-secrets <file>", "also write the secrets as Kubernetes Secrets, mode 0600")
    .option("--namespace <name>", "of those Secrets", "anchorwatch")
    .option("--dry-run", "only show what would be done")
    .action(async (flags) => {
      const options: SetupOptions = { ...flags, repositories: flags.repository, approvers: flags.approver };
      const opened = await openSetup(options);
      const { installation, settings } = opened;
      console.log(`${settings.gitea.url}: Gitea ${installation.version}, as ${installation.by}`);
      const dryRun = flags.dryRun === true;
      if (!dryRun && writeSettings(options)) console.log(`wrote ${flags.config}`);
      for await (const told of makePieces(installation, { dryRun })) tell(told);
      if (dryRun) return console.log("\nNothing was done: this was a dry run.");
      if (flags.kubernetesSecrets !== undefined) {
        writeFileSync(flags.kubernetesSecrets, secretManifestsOf(settings, flags.namespace), { mode: 0o600 });
        console.log(`wrote ${flags.kubernetesSecrets}: kubectl apply -f it, then delete it`);
      }
      printByHand(opened, flags.alertmanager);
    });
}

function printByHand({ settings }: OpenedSetup, install: (typeof ALERTMANAGER_INSTALLS)[number] | undefined): void {
  console.log(`\nSecrets are in ${settings.secrets}, mode 0600. What only you can do:\n`);
  for (const words of byHand(settings)) console.log(`- ${words}`);
  if (install === undefined) console.log(`- Alertmanager needs a receiver: init --alertmanager ${ALERTMANAGER_INSTALLS.join("|")} prints it.`);
  else console.log(`- Alertmanager needs a receiver.\n\n${receiverText(install, settings)}`);
  console.log("\nThen merge the onboarding pull request, and run `anchorwatch doctor`.");
}

function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("checks all that init makes, fires a test hook and a test alert and waits for both, and says how to mend what is wrong")
    .option("-c, --config <file>", "the settings", SETTINGS)
    .option("--admin-token-file <file>", "an administrator's token (or ANCHORWATCH_ADMIN_TOKEN)")
    .option("--no-fire", "fire no test deliveries")
    .action(async (flags) => {
      const opened = await openSetup(flags);
      console.log(`${opened.settings.gitea.url}: Gitea ${opened.installation.version}, as ${opened.installation.by}`);
      let wrong = 0;
      const check = (told: Told): void => {
        tell(told);
        if (told.what !== "there") wrong += 1;
      };
      for await (const told of checkPieces(opened.installation)) check(told);
      if (wrong > 0) console.log(`\n${wrong} to mend: \`anchorwatch init -c ${flags.config}\` makes what is missing and mends what differs.`);
      if (flags.fire) for await (const told of fireSetupDeliveries(opened, flags)) check(told);
      console.log("This is one process: it holds every token, and a person who takes it over has all of them. In the cluster each function holds its own.");
      console.log(wrong === 0 ? "All is well." : `${wrong} of what is checked is not as it has to be.`);
      process.exitCode = wrong === 0 ? 0 : 1;
    });
}

function addUninstall(program: Command): void {
  program
    .command("uninstall")
    .description("undoes what init made, in reverse, and names what is left")
    .option("-c, --config <file>", "the settings", SETTINGS)
    .option("--admin-token-file <file>", "an administrator's token (or ANCHORWATCH_ADMIN_TOKEN)")
    .option("--dry-run", "only show what would be undone")
    .action(async (flags) => {
      const { installation, settings } = await openSetup(flags);
      const dryRun = flags.dryRun === true;
      for await (const told of undoPieces(installation, { dryRun })) tell(told);
      console.log(`\nLeft to you: ${flags.config}, the data in ${settings.data}, Alertmanager's receiver, and Gitea's ALLOWED_HOST_LIST.`);
    });
}

const WIDTH = 11;

function tell({ name, what, words }: Told): void {
  console.log(forTerminal(`${what.padEnd(WIDTH)} ${name}`));
  for (const line of words) console.log(forTerminal(`${" ".repeat(WIDTH + 1)}  ${line}`));
}

/** The anchorwatch command: one file per command, of which only the one that is asked for is loaded. */
import { Command } from "@commander-js/extra-typings";
import { forTerminal } from "../../functions/core/text/harmless.ts";

type AddCommand = (program: Command) => void;

/** In the order in which help lists them. Loading all takes a Raspberry Pi several seconds, and people ask for one. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  demo: async () => (await import("./demo.ts")).addDemo,
  diagnose: async () => (await import("./diagnose.ts")).addDiagnose,
  dump: async () => (await import("./dump.ts")).addDump,
  report: async () => (await import("./report.ts")).addReport,
  status: async () => (await import("./status.ts")).addStatus,
  pause: async () => (await import("./pause.ts")).addPause,
  resume: async () => (await import("./pause.ts")).addPause,
  stop: async () => (await import("./stop.ts")).addStop,
  up: async () => (await import("./up.ts")).addUp,
  comment: async () => (await import("./comment.ts")).addComment,
  init: async () => (await import("./setup.ts")).addSetup,
  doctor: async () => (await import("./setup.ts")).addSetup,
  uninstall: async () => (await import("./setup.ts")).addSetup,
};

const program = new Command("anchorwatch")
  .description("Watches a small cluster that is run by GitOps: an alert becomes a proposed fix, a person says yes, and it is proved or taken back.")
  .showHelpAfterError();

try {
  const [word = "demo"] = process.argv.slice(2);
  for (const add of await commandsFor(word)) add(program);
  if (!isKnown(word)) program.error(`error: unknown command '${forTerminal(word)}'`);
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** Help, and a word that is no command, need all of them, each file once. */
async function commandsFor(word: string): Promise<ReadonlySet<AddCommand>> {
  const load = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  return new Set(load ? [await load()] : await Promise.all(Object.values(COMMANDS).map((one) => one())));
}

/** Without this the command that is the default would say of a mistyped one that it takes no argument. */
function isKnown(word: string): boolean {
  return word === "help" || word.startsWith("-") || Object.hasOwn(COMMANDS, word);
}

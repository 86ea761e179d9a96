/** The anchorwatch command: one file per command, wired here. */
import { Command } from "@commander-js/extra-typings";
import { addComment } from "./comment.ts";
import { addDemo } from "./demo.ts";
import { addDiagnose } from "./diagnose.ts";
import { addDump } from "./dump.ts";
import { addPause } from "./pause.ts";
import { addSetup } from "./setup.ts";
import { addStatus } from "./status.ts";
import { addStop } from "./stop.ts";
import { addUp } from "./up.ts";

const program = new Command("anchorwatch")
  .description("Watches a small cluster that is run by GitOps: an alert becomes a proposed fix, a person says yes, and it is proved or taken back.")
  .showHelpAfterError();

addDemo(program);
addDiagnose(program);
addDump(program);
addStatus(program);
addPause(program);
addStop(program);
addUp(program);
addComment(program);
addSetup(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

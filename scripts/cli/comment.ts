/** `anchorwatch comment`: says something on a thread of the local forge, as a person would in the browser. */
import type { Command } from "@commander-js/extra-typings";
import { visitLocal } from "../../functions/core/boot/visit-local.ts";

export function addComment(program: Command): void {
  program
    .command("comment")
    .description("comment on a pull request or issue of the local process")
    .argument("<number>", "the pull request's number")
    .argument("<words>", "for example /approve")
    .option("--as <login>", "ada (may approve), ben (may write), guest (may read)", "ada")
    .action(async (number, words, options) => {
      const visit = visitLocal();
      try {
        await visit.comment(Number(number), words, options.as);
        console.log(`said on #${number} as ${options.as}`);
      } finally {
        visit.close();
      }
    });
}

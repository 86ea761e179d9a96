/** `anchorwatch demo`: tells one whole story as it happens, on real parts of this machine (design 9). */
import { rmSync } from "node:fs";
import { type Command, Option } from "@commander-js/extra-typings";
import { readEnvironment } from "../../functions/core/boot/environment.ts";
import { ALL, openStory, SCENARIO_TITLES, type Story } from "../../functions/core/boot/local-story.ts";
import { createNarrator } from "./narrator.ts";
import { tellStory } from "./story.ts";
import { tellAll } from "./story-of-all.ts";

export function addDemo(program: Command): void {
  program
    .command("demo", { isDefault: true })
    .description("an alert, the commit that broke the app, a pull request, a yes, the merge, the proof")
    .addOption(new Option("--scenario <name>", "which story").choices([...SCENARIO_TITLES.keys()]).default("crash-loop"))
    .option("--list", "name every story, and tell none")
    .addOption(new Option("--color <when>", "auto is for a terminal").choices(["auto", "always", "never"]).default("auto"))
    .option("--manual", "you approve, from a second terminal")
    .option("--keep", "stay up when the story is told")
    .action(async (options) => {
      if (options.list === true) return list();
      rmSync(readEnvironment().data, { recursive: true, force: true });
      const narrator = createNarrator(process.stdout, options.color === "auto" ? undefined : options.color === "always");
      const messages: string[] = [];
      const story = await openStory(options.scenario, (line) => messages.push(line));
      const telling = { narrator, manual: options.manual === true, messages };
      const ended = options.scenario === ALL ? await tellAll(story, telling) : await tellStory(story, telling);
      narrator.plain(closing(story));
      process.exitCode = ended ? 0 : 1;
      if (options.keep === true) await stayUp();
      story.local.close();
      process.exit();
    });
}

function list(): void {
  const width = Math.max(...[...SCENARIO_TITLES.keys()].map((name) => name.length));
  for (const [name, title] of SCENARIO_TITLES) console.log(`${name.padEnd(width)}  ${title}`);
}

function closing({ local }: Story): string {
  return [
    "",
    "What is left:",
    `  the repository     git -C ${local.process.world.forge.directory} log --oneline --graph --all`,
    "  the runs           npx anchorwatch status",
    `  store, log, tokens ${local.directory}`,
    "Try next:",
    "  npm start -- --manual               you say /approve, from a second terminal",
    "  npm start -- --scenario all         every story at once, in one cluster",
    "  npm start -- --scenario wrong-fix   the fix does not help, and is taken back by itself",
    "  npm start -- --list                 every other story: memory, images, probes, selectors, and where nothing is sure enough",
    "  npm start -- --keep                 it stays up; post an alert of your own to its /alert-fired",
  ].join("\n");
}

async function stayUp(): Promise<void> {
  console.log("It stays up; end it with Ctrl-C.");
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

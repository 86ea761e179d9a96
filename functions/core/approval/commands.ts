/** The commands that people can say, in one table: the grammar, the help and the answer to an unknown one are made from it. */
import type { Verb } from "../records/approval.ts";

/** One way to write a command, as the help shows it. */
export interface Usage {
  /** As it is written, what may follow it included. */
  readonly usage: string;
  readonly does: string;
}

export interface Command extends Usage {
  readonly verb: Exclude<Verb, "command" | "unknown">;
}

export const COMMANDS: readonly Command[] = [
  { verb: "approve", usage: "/approve", does: "merge exactly the commit whose plan is shown here" },
  { verb: "approve", usage: "/approve <commit>", does: "the same, naming the commit by at least twelve digits; needed where data can be lost or a node stops" },
  { verb: "approve", usage: "/approve keep", does: "the same, and never take the change back without asking" },
  { verb: "reject", usage: "/reject <why>", does: "close this without a change, and not propose it again until the evidence changes" },
  { verb: "retry", usage: "/retry <words>", does: "close this and look again from the beginning; your words stay with the new attempt, and approve nothing" },
  {
    verb: "ignore",
    usage: "/ignore 30d <reason>",
    does: "close this, and propose in a pull request not to speak of it for so long; a person merges that by hand",
  },
  { verb: "stop", usage: "/stop", does: "end the whole run" },
  { verb: "pause", usage: "/pause 2h", does: "do nothing more anywhere, for so long, or without a time until `/resume`; for those who may approve" },
  { verb: "resume", usage: "/resume", does: "go on after a pause; for those who may approve" },
  { verb: "explain", usage: "/explain", does: "say where this stands, what I saw, and why I propose it" },
  { verb: "help", usage: "/help", does: "say this" },
];

/** The verb of a word that is one of ours. */
export function knownVerb(word: string | undefined): Command["verb"] | undefined {
  return COMMANDS.find(({ verb }) => verb === word)?.verb;
}

/** Every command on one line, as an answer names them; those of workflow files last. */
export function commandList(ofWorkflows: readonly Usage[] = []): string {
  const usages = [...COMMANDS, ...ofWorkflows].map(({ usage }) => `\`${usage}\``);
  return `${usages.slice(0, -1).join(", ")} and ${usages.at(-1) ?? ""}`;
}

/** What each command does, as Markdown. */
export function helpText(ofWorkflows: readonly Usage[] = []): string {
  const lines = [...COMMANDS, ...ofWorkflows].map(({ usage, does }) => `- \`${usage}\`: ${does}`);
  return ["As the first line of a new comment I take one of these:", "", ...lines, "", "A review that approves, or a merge by hand, is a yes as well."].join(
    "\n",
  );
}

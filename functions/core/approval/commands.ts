/** The commands that people can say, in one table: the grammar, the help and the answer to an unknown one are made from it. */
import type { Verb } from "../records/approval.ts";

export interface Command {
  readonly verb: Exclude<Verb, "unknown">;
  /** As it is written, what may follow it included. */
  readonly usage: string;
  readonly does: string;
}

export const COMMANDS: readonly Command[] = [
  { verb: "approve", usage: "/approve", does: "merge exactly the commit whose plan is shown here" },
  { verb: "approve", usage: "/approve <commit>", does: "the same, naming the commit by at least twelve digits; needed where data can be lost or a node stops" },
  { verb: "approve", usage: "/approve keep", does: "the same, and never take the change back without asking" },
  { verb: "reject", usage: "/reject <why>", does: "close this without a change, and not propose it again until the evidence changes" },
  { verb: "stop", usage: "/stop", does: "end the whole run" },
  { verb: "explain", usage: "/explain", does: "say where this stands, what I saw, and why I propose it" },
  { verb: "help", usage: "/help", does: "say this" },
];

/** The verb of a word that is one of ours. */
export function knownVerb(word: string | undefined): Command["verb"] | undefined {
  return COMMANDS.find(({ verb }) => verb === word)?.verb;
}

/** Every command on one line, as an answer names them. */
export function commandList(): string {
  const usages = COMMANDS.map(({ usage }) => `\`${usage}\``);
  return `${usages.slice(0, -1).join(", ")} and ${usages.at(-1) ?? ""}`;
}

/** What each command does, as Markdown. */
export function helpText(): string {
  const lines = COMMANDS.map(({ usage, does }) => `- \`${usage}\`: ${does}`);
  return ["As the first line of a new comment I take one of these:", "", ...lines, "", "A review that approves, or a merge by hand, is a yes as well."].join(
    "\n",
  );
}

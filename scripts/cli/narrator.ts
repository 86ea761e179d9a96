/** The teller's voice: a line per step with its time, colour only where somebody looks at a terminal. */
import { forTerminal } from "../../functions/core/text/harmless.ts";

export interface Narrator {
  readonly colour: boolean;
  /** One step, with the seconds since the story began. */
  say(text: string): void;
  /** A heading. */
  heading(text: string): void;
  /** Text as it is. */
  plain(text: string): void;
}

/** How a story is told. */
export interface Telling {
  readonly narrator: Narrator;
  /** A person approves from a second terminal. */
  readonly manual: boolean;
  /** Messages that went to people's channels and are not told yet. */
  readonly messages: string[];
}

interface Out {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export function createNarrator(out: Out, colour = out.isTTY === true): Narrator {
  const began = Date.now();
  const paint = (code: string, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const plain = (text: string): void => void out.write(`${text}\n`);
  return {
    colour,
    plain,
    say: (text) => plain(`${paint("2", `${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s`)}  ${forTerminal(text)}`),
    heading: (text) => plain(`\n${paint("1", forTerminal(text))}`),
  };
}

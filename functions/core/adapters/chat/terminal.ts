/** Messages as lines of a terminal. */
import type { Chat } from "../../ports/chat.ts";
import { forTerminal } from "../../text/harmless.ts";

/** @param write takes one line without its end */
export function createTerminalChat(write: (line: string) => void): Chat {
  return {
    name: "terminal",
    send: (message) => Promise.resolve(write(forTerminal(`${message.urgent ? "URGENT " : ""}${message.title}: ${message.text.replaceAll("\n", " ")}`))),
  };
}

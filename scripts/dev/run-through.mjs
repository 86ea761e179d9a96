/** Runs a program in our place: its output is ours, its signals are passed on, its end is our end. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";

/** @param {readonly string[]} args of this Node: a script and what is given to it */
export function runThrough(args) {
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both of us; passed on as well, it would be the second one, which means "at once".
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    console.error(`${args[0] ?? "node"} cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    // As shells do: 128 and the signal's number, so that a killed run never looks like a good one.
    process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
  });
}

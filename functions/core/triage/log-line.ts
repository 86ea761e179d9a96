/** The one line of a log that says most about a crash. */
import type { PodView } from "./pod-view.ts";
import type { Snapshot } from "./snapshot.ts";

const TELLING =
  /\b(error|fatal|panic|exception|traceback|cannot|can't|could not|couldn't|failed|failure|no such|denied|refused|unable|missing|invalid|not found)\b/i;

/** Words that say why; others (`fatal: cannot start`) only say that it was the end. */
const REASON =
  /\b(forbidden|denied|refused|no such|not found|unauthori[sz]ed|authentication|timed? ?out|invalid|expired|unknown|missing|unsupported|already in use|permission|no space|out of memory|OutOfMemory|undefined|cannot find|can't find|does not exist|doesn't exist|mismatch|required|unreachable|x509)\b|E[A-Z]{5,}/i;

/** Lines before the end among which the reason is looked for. */
const LAST_LINES = 12;

/** What a program prints after the cause: where it happened, and that it goes. */
const FRAME = /^\s*(at\s|File "|goroutine \d|\.\.\. \d+ more|\/\S+\.go:\d+|exit(ing|ed)?\b)/;

/** Characters of the line that are kept. */
const MAX_LINE = 160;

/** Texts of both runs, the one that crashed first (contracts 12.2). */
export function logsOf(snapshot: Snapshot, pod: PodView, container: string): string {
  const previous = snapshot.logOf(pod.ref, container, { previous: true }) ?? "";
  return previous.trim() === "" ? (snapshot.logOf(pod.ref, container, { previous: false }) ?? "") : previous;
}

/** The last line that speaks of an error, in the log of the run that goes on. */
export function errorLine(snapshot: Snapshot, pod: PodView, container: string): string | undefined {
  const line = tellingLine(snapshot.logOf(pod.ref, container, { previous: false }) ?? "");
  return line !== undefined && TELLING.test(line) ? line : undefined;
}

/** The last line that says why, else the last that speaks of an error, else the last line; undefined where there is no log. */
export function tellingLine(log: string): string | undefined {
  const lines = log.split("\n").filter((line) => line.trim() !== "" && !FRAME.test(line));
  const why = lines.slice(-LAST_LINES).findLast((one) => TELLING.test(one) && REASON.test(one));
  const line = (why ?? lines.findLast((one) => TELLING.test(one)) ?? lines.at(-1))?.trim();
  return line === undefined ? undefined : line.slice(0, MAX_LINE);
}

/** For tests of the real process: dies by SIGKILL at one place of one function, so that nothing can be cleaned up. */
import type { Shell } from "../shell/shell.ts";

/** @param where `function:place:count` */
export function crashAt(where: string | undefined): Shell["checkpoint"] {
  if (where === undefined) return undefined;
  const [name, place, count] = where.split(":");
  let seen = 0;
  return (at, functionName) => {
    if (functionName !== name || at !== place) return;
    seen += 1;
    if (seen === Number(count)) process.kill(process.pid, "SIGKILL");
  };
}

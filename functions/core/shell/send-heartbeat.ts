/** Telling the outside that we live: only while the store takes writes and, where that is wanted, alerts get through (design 3). */
import type { Heartbeat } from "../ports/heartbeat.ts";
import { noteLifeSign, sinceLifeSign } from "./life-signs.ts";
import { errorWords } from "./outcome.ts";
import type { Shell } from "./shell.ts";

/** Never throws but for the store: a heartbeat that does not arrive is the receiver's to notice. @throws Unavailable where the store does not work */
export async function sendHeartbeat(shell: Shell, heartbeat: Heartbeat): Promise<"sent" | "withheld" | "failed"> {
  // A write, because a disk that has become read-only still answers reads.
  await noteLifeSign(shell, "beat");
  const { watchdogMs } = heartbeat;
  if (watchdogMs !== undefined && (await sinceLifeSign(shell, "watchdog")) > watchdogMs) {
    shell.log.warn({}, "no heartbeat is sent: the Watchdog alert has not been heard lately, so alerts may not get through");
    return "withheld";
  }
  try {
    await heartbeat.beat();
    return "sent";
  } catch (error) {
    shell.log.warn({ error: errorWords(error) }, "the heartbeat did not arrive");
    return "failed";
  }
}

/** Every minute: the sweep posts what is due, adopts what was not noted, and keeps the standing runs; due schedules start; the heartbeat is sent (design 5.4). */
import type { Hono } from "hono";
import { PING_TYPE } from "./core/events/catalog.ts";
import type { Heartbeat } from "./core/ports/heartbeat.ts";
import { errorWords } from "./core/shell/outcome.ts";
import { prune } from "./core/shell/prune.ts";
import { startDueSchedules } from "./core/shell/schedules.ts";
import { sendHeartbeat } from "./core/shell/send-heartbeat.ts";
import { createApp } from "./core/shell/serve.ts";
import type { Shell } from "./core/shell/shell.ts";
import { sweep } from "./core/shell/sweep.ts";
import type { WatchedRepository } from "./core/shell/watched-repository.ts";

/** The one function whose event has no run: the ping. */
export const cronTick = { name: "cron-tick", consumesType: PING_TYPE, limitMs: 50_000 } as const;

/** Serves the ping. A sweep that fails is the next ping's business: 202 always, because a ping is never replayed. */
export function serveCronTick(shell: Shell, repositories: readonly WatchedRepository[], heartbeat?: Heartbeat): Hono {
  const app = createApp();
  app.post("/events", async (http) => {
    await http.req.raw.body?.cancel();
    if (http.req.header("ce-type") !== PING_TYPE) return http.body(null, 422);
    try {
      await tick(shell, repositories);
      // A pause is meant, and we live meanwhile.
      if (heartbeat) await sendHeartbeat(shell, heartbeat);
    } catch (error) {
      shell.log.error({ error: errorWords(error) }, "the sweep broke off; the next ping goes on");
    }
    return http.body(null, 202);
  });
  return app;
}

async function tick(shell: Shell, repositories: readonly WatchedRepository[]): Promise<void> {
  if ((await sweep(shell, repositories)) === "paused") return;
  await startDueSchedules(shell, repositories);
  await prune(shell);
}

/** Every minute: the sweep posts what is due, adopts what was not noted, and keeps the standing runs (design 5.4). */
import type { Hono } from "hono";
import { PING_TYPE } from "./core/events/catalog.ts";
import { errorWords } from "./core/shell/outcome.ts";
import { prune } from "./core/shell/prune.ts";
import { startDueSchedules } from "./core/shell/schedules.ts";
import { createApp } from "./core/shell/serve.ts";
import type { Shell } from "./core/shell/shell.ts";
import { sweep, type WatchedRepository } from "./core/shell/sweep.ts";

/** The one function whose event has no run: the ping. */
export const cronTick = { name: "cron-tick", consumesType: PING_TYPE, limitMs: 50_000 } as const;

/** Serves the ping. A sweep that fails is the next ping's business: 202 always, because a ping is never replayed. */
export function serveCronTick(shell: Shell, repositories: readonly WatchedRepository[]): Hono {
  const app = createApp();
  app.post("/events", async (http) => {
    await http.req.raw.body?.cancel();
    if (http.req.header("ce-type") !== PING_TYPE) return http.body(null, 422);
    try {
      const swept = await sweep(shell, repositories);
      if (swept === "paused") return http.body(null, 202);
      await startDueSchedules(shell, repositories);
      await prune(shell);
    } catch (error) {
      shell.log.error({ error: errorWords(error) }, "the sweep broke off; the next ping goes on");
    }
    return http.body(null, 202);
  });
  return app;
}

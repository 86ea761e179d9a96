/** What Knative gave up on: logged and counted. It changes no run, because the sweep posts again what is still owed (engine.md 1). */
import type { Hono } from "hono";
import { createApp } from "./core/shell/serve.ts";
import type { Shell } from "./core/shell/shell.ts";

/** Only these few are logged: a dead letter's data may hold anything. */
const LOGGED = ["ce-id", "ce-type", "ce-runid", "ce-knativeerrorcode", "ce-knativeerrordest"] as const;

export interface DeadLetterCount {
  count: number;
}

/** Serves the dead letter sink; always 202, so that nothing is dead twice. */
export function serveDeadLetter(shell: Shell, counted: DeadLetterCount = { count: 0 }): Hono {
  const app = createApp();
  app.post("/*", async (http) => {
    counted.count += 1;
    await http.req.raw.body?.cancel();
    const fields = Object.fromEntries(LOGGED.map((name) => [name.slice(3), (http.req.header(name) ?? "").slice(0, 256)]));
    shell.log.warn({ ...fields, count: counted.count }, "dead letter");
    return http.body(null, 202);
  });
  return app;
}

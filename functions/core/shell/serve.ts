/** A function as a small Hono app: one path for events, one for probes; ingress paths are added beside them. */
import { Hono } from "hono";
import { decodeEvent } from "../events/codec.ts";
import { DeliverySchema } from "../events/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import { consume } from "./consume.ts";
import type { FunctionDefinition } from "./define-function.ts";
import { errorWords } from "./outcome.ts";
import { readBody } from "./read-body.ts";
import type { Shell } from "./shell.ts";

/** Our events are small; what is larger is not ours. */
const MAX_EVENT_BYTES = 64 * 1024;

/** An app that answers its probe. */
export function createApp(): Hono {
  const app = new Hono();
  app.get("/healthz", (http) => http.body(null, 204));
  return app;
}

/** Reads the two fields that count of a CloudEvent delivery. @returns the problem in words otherwise */
async function readDelivery(request: Request, clock: Clock): Promise<{ id: string; runId: string } | string> {
  const body = await readBody(request, MAX_EVENT_BYTES, clock);
  if (typeof body === "string") return `the event is ${body}`;
  try {
    const event = decodeEvent(request.headers, body);
    const delivery = DeliverySchema.safeParse({ id: event.id, runid: event["runid"] });
    if (!delivery.success) return `${delivery.error.issues[0]?.path.join(".") ?? "event"}: not an event of a run`;
    return { id: delivery.data.id, runId: delivery.data.runid };
  } catch (error) {
    return errorWords(error);
  }
}

/** Serves the events that a function consumes. Answers only 202, 422 (belongs to no run) and 503, all without a body (contracts 12.3). */
export function serveEvents<Data, Deps>(
  definition: FunctionDefinition<Data, Deps>,
  bound: { shell: Shell; connect: (signal: AbortSignal) => Deps },
  app = createApp(),
): Hono {
  const { log } = bound.shell;
  app.post("/events", async (http) => {
    const delivery = await readDelivery(http.req.raw, bound.shell.clock);
    if (typeof delivery === "string") {
      log.warn({ function: definition.name, problem: delivery }, "refused: no event of a run");
      return http.body(null, 422);
    }
    try {
      const consumed = await consume(definition, delivery, bound);
      return http.body(null, consumed === "unknown-run" ? 422 : 202);
    } catch (error) {
      log.error({ function: definition.name, run: delivery.runId, event: delivery.id, error: errorWords(error) }, "nothing could be written");
      return http.body(null, 503); // Also for a record that cannot be read: the broker knows no other status (contracts 12.3).
    }
  });
  return app;
}

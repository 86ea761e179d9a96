/** The webhook edge against a bare Hono handler that only parses: what checking a body costs. */
import { Hono } from "hono";
import * as z from "zod";
import { alertmanagerBody } from "../../functions/core/local/alertmanager.ts";
import { bearerToken } from "../../functions/core/shell/authenticate.ts";
import { createApp } from "../../functions/core/shell/serve.ts";
import { serveIngress } from "../../functions/core/shell/webhook.ts";
import { aWorkplace } from "./a-workplace.ts";
import { compare, type Compared, timed } from "./measure.ts";

const REQUESTS = 500;
const TOKEN = "0123456789abcdef0123456789abcdef";
const BodySchema = z.looseObject({ version: z.literal("4"), alerts: z.array(z.looseObject({ labels: z.record(z.string(), z.string()) })).max(1_000) });

export async function benchEdge(): Promise<Compared> {
  const place = aWorkplace();
  const ours = createApp();
  const accept = (): Promise<"stored"> => Promise.resolve("stored");
  serveIngress(ours, { path: "/", maxBytes: 256 * 1024, authenticate: bearerToken([TOKEN]), schema: BodySchema, accept }, place.shell);
  const bare = new Hono();
  bare.post("/", async (http) => {
    await http.req.json();
    return http.body(null, 202);
  });
  const labels = { alertname: "KubePodCrashLooping", namespace: "web", pod: "shop-5d9c7b8f6-x2x9k", container: "shop", severity: "warning" };
  const body = JSON.stringify(alertmanagerBody([{ labels, annotations: {}, status: "firing", startsAt: 1_800_000_000_000 }]));
  const headers = { "content-type": "application/json", authorization: `Bearer ${TOKEN}` };
  const send = (app: Hono) => (): Promise<number> =>
    timed(async () => {
      for (let at = 0; at < REQUESTS; at += 1) {
        const { status } = await app.request("/", { method: "POST", headers, body });
        if (status !== 202) throw new Error(`answered ${status}`);
      }
    });
  try {
    return await compare({
      name: "edge",
      ours: `${REQUESTS} webhooks: limits, token, JSON, schema`,
      peer: "bare Hono handler that parses",
      rounds: 9,
      measureOurs: send(ours),
      measurePeer: send(bare),
    });
  } finally {
    place.remove();
  }
}

/** Delivering one event to one Trigger: attempts, waits, the reply, the dead letter (contracts 5.2, 12.3). */
import type { Clock } from "../../ports/clock.ts";
import { attempt, type Attempt, type Call, type Failure, judgeStatus, type Reply, type Target } from "./attempt.ts";
import { type Delivery, durationMs } from "./manifest-schemas.ts";
import { FULL_TTL, type Message, ttlOf, withAttributes, withoutTtl, withTtl } from "./message.ts";

export interface Route {
  /** The subscriber's address. */
  readonly url: string;
  readonly namespace: string;
  readonly delivery: Delivery;
  /** The dead letter sink's address, if there is one. */
  readonly deadLetter: string | undefined;
  /** The broker's own ingress, to which replies go. */
  readonly ingress: string;
}

export interface DispatchDeps {
  readonly call: Call;
  readonly clock: Clock;
  /** Posts a reply to the broker's ingress with the hops that are left. @returns the status */
  readonly reenter: (reply: Reply, ttl: number) => Promise<number>;
}

/** How an event ended: `lost` where nobody took it, not even a dead letter sink. */
export type Ending = "delivered" | "dead-lettered" | "lost";

/** Delivers to the subscriber and its reply to the ingress; what fails in either goes to the dead letter sink, whose own reply nobody reads. */
export async function dispatch(message: Message, route: Route, deps: DispatchDeps): Promise<Ending> {
  const { delivery, deadLetter } = route;
  const subscriber = targetOf(route, route.url, true);
  const sent = await persist(delivery, deps.clock, () => attempt(withoutTtl(message), subscriber, deps));
  const end = sent.kind === "done" && sent.reply ? await passReply(sent.reply, message, { route, deps }) : sent;
  if (end.kind === "done") return "delivered";
  if (deadLetter === undefined) return "lost";
  const dead = deadLetterOf(message, sent.kind === "done" ? route.ingress : route.url, end);
  const buried = await persist(delivery, deps.clock, () => attempt(dead, targetOf(route, deadLetter, false), deps));
  return buried.kind === "done" ? "dead-lettered" : "lost";
}

function targetOf({ namespace, delivery }: Route, url: string, reply: boolean): Target {
  return { url, namespace, reply, format: delivery.format ?? "binary", timeoutMs: delivery.timeout === undefined ? undefined : durationMs(delivery.timeout) };
}

async function passReply(answer: Reply, cause: Message, { route, deps }: { route: Route; deps: DispatchDeps }): Promise<Attempt> {
  return await persist(route.delivery, deps.clock, async () => {
    const status = await deps.reenter(answer, ttlOf(cause) ?? FULL_TTL);
    return status < 300 ? { kind: "done" } : judgeStatus(status, "");
  });
}

/** Tries until it is done or dead, or the retries are used up. */
export async function persist(delivery: Delivery, clock: Clock, once: () => Promise<Attempt>): Promise<Attempt> {
  let result = await once();
  for (let retry = 0; retry < (delivery.retry ?? 0) && result.kind === "retry"; retry += 1) {
    await pause(clock, backoffMs(delivery, retry));
    result = await once();
  }
  return result;
}

/** `n` starts at 0, so the first retry of a linear policy is immediate; without both policy and delay none waits. */
function backoffMs({ backoffPolicy, backoffDelay }: Delivery, n: number): number {
  if (backoffPolicy === undefined || backoffDelay === undefined) return 0;
  const delay = durationMs(backoffDelay);
  return backoffPolicy === "linear" ? delay * n : delay * 2 ** n;
}

async function pause(clock: Clock, ms: number): Promise<void> {
  await new Promise<void>((resolve) => clock.after(ms, resolve));
}

/** The event, with what went wrong where that is known. */
function deadLetterOf(message: Message, destination: string, { code, body = "" }: Failure): Message {
  const renewed = withTtl(message, FULL_TTL);
  if (code === undefined) return renewed;
  return withAttributes(renewed, { knativeerrorcode: String(code), knativeerrordest: destination, knativeerrordata: Buffer.from(body).toString("base64") });
}

/** Webhooks on their way: signed as Gitea signs, each tried once, five seconds at most, never again (contracts 2.2). */
import { createHash, createHmac } from "node:crypto";
import type { Clock } from "../../../ports/clock.ts";

export interface Hook {
  readonly url: string;
  /** Signs each body; Gitea also takes none, and then sends empty signatures. */
  readonly secret: string;
  /** As at `POST /hooks`: `push`, `issues`, `pull_request` and the narrower names. */
  readonly events: readonly string[];
}

/** Carries one delivery; resolves to the receiver's status. */
export type Deliver = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<number>;

/** What goes wrong on the way, for chaos: nothing, lost, twice, or late. */
export type DeliveryFault = "deliver" | "drop" | "double" | { readonly lateMs: number };

export interface HookEvent {
  /** `X-Gitea-Event`. */
  readonly event: string;
  /** `X-Gitea-Event-Type`, the precise one. */
  readonly type: string;
  readonly body: object;
}

export interface Delivery {
  readonly id: string;
  readonly url: string;
  readonly type: string;
  readonly body: string;
  /** The receiver's status; 0 = no answer in time. */
  readonly status: number;
}

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly deliver: Deliver;
  /** From the call's answer to the request: 190 on a real server. */
  readonly delayMs: number;
  readonly nextNumber: () => number;
  readonly fault?: (event: HookEvent) => DeliveryFault;
}

export interface Deliveries {
  send(hooks: readonly Hook[], event: HookEvent): void;
  /** Finished ones, oldest first, the newest thousand. */
  readonly finished: readonly Delivery[];
  /** Deliveries that are still to come or under way. */
  pending(): number;
  /** Gives up what is still to come. */
  close(): void;
}

const TIMEOUT_MS = 5_000;
const KEPT = 1_000;

export function createDeliveries(options: DeliveryOptions): Deliveries {
  const { clock, fault = () => "deliver" } = options;
  const finished: Delivery[] = [];
  const waiting = new Set<() => void>();
  let under = 0;
  const carry = async (hook: Hook, event: HookEvent, { id, body }: { id: string; body: string }): Promise<void> => {
    under += 1;
    const status = await inTime(options.deliver(hook.url, headersOf(hook, event, { id, body }), body), clock);
    under -= 1;
    finished.push({ id, url: hook.url, type: event.type, body, status });
    if (finished.length > KEPT) finished.shift();
  };
  const later = (delayMs: number, task: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      waiting.delete(cancel);
      task();
    });
    waiting.add(cancel);
  };
  return {
    finished,
    pending: () => waiting.size + under,
    close() {
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
    send(hooks, event) {
      const body = JSON.stringify(event.body, null, 2);
      for (const hook of hooks.filter(({ events }) => wants(events, event.type))) {
        const delivery = { id: deliveryId(options.nextNumber()), body };
        const fate = fault(event);
        if (fate === "drop") continue;
        const delayMs = options.delayMs + (typeof fate === "object" ? fate.lateMs : 0);
        const carryOnce = (): void => void carry(hook, event, delivery);
        later(delayMs, carryOnce);
        if (fate === "double") later(delayMs, carryOnce);
      }
    },
  };
}

/** The names under which a hook subscribes to an event type; `issues` and `pull_request` are whole families (contracts 2.3). */
const SUBSCRIPTIONS: Readonly<Record<string, readonly string[]>> = {
  push: ["push"],
  create: ["create"],
  delete: ["delete"],
  issues: ["issues", "issues_only"],
  issue_label: ["issues", "issue_label"],
  issue_comment: ["issues", "issue_comment"],
  pull_request: ["pull_request", "pull_request_only"],
  pull_request_sync: ["pull_request", "pull_request_sync"],
  pull_request_label: ["pull_request", "pull_request_label"],
  pull_request_comment: ["pull_request", "pull_request_comment"],
  pull_request_review_approved: ["pull_request", "pull_request_review"],
  pull_request_review_rejected: ["pull_request", "pull_request_review"],
  pull_request_review_comment: ["pull_request", "pull_request_review"],
};

function wants(events: readonly string[], type: string): boolean {
  return (SUBSCRIPTIONS[type] ?? []).some((name) => events.includes(name));
}

function headersOf(hook: Hook, event: HookEvent, delivery: { id: string; body: string }): Record<string, string> {
  const hmac = (algorithm: string): string => (hook.secret === "" ? "" : createHmac(algorithm, hook.secret).update(delivery.body).digest("hex"));
  const signature = hmac("sha256");
  const named: [string, string][] = ["github", "gitea", "gogs"].flatMap((forge) => [
    [`x-${forge}-delivery`, delivery.id],
    [`x-${forge}-event`, event.event],
    [`x-${forge}-event-type`, event.type],
  ]);
  return {
    "user-agent": "Go-http-client/1.1",
    "content-type": "application/json",
    ...Object.fromEntries(named),
    "x-github-hook-installation-target-type": "repository",
    "x-gitea-hook-installation-target-type": "repository",
    "x-gitea-signature": signature,
    "x-gogs-signature": signature,
    "x-hub-signature": `sha1=${hmac("sha1")}`,
    "x-hub-signature-256": `sha256=${signature}`,
  };
}

/** A UUID that is the same in the same run under a virtual clock. */
function deliveryId(number: number): string {
  const hex = createHash("sha256").update(`delivery ${number}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function inTime(answer: Promise<number>, clock: Clock): Promise<number> {
  let stop = (): void => undefined;
  const late = new Promise<number>((resolve) => {
    stop = clock.after(TIMEOUT_MS, () => resolve(0));
  });
  const status = await Promise.race([answer.catch(() => 0), late]);
  stop();
  return status;
}

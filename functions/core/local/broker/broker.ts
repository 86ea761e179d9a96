/** The local broker: reads the same manifests as the cluster and does what Knative's own broker did (recorded under `test/fixtures/knative`). */
import type { Clock } from "../../ports/clock.ts";
import { attempt, type Call } from "./attempt.ts";
import { dispatch, type Ending, persist, type Route } from "./dispatch.ts";
import { triggerTakes } from "./filters.ts";
import { createFlight, type Flight } from "./flight.ts";
import { answerIngress, type IngressDeps, takeIn } from "./ingress.ts";
import type { Delivery, Destination, PingSource, Trigger } from "./manifest-schemas.ts";
import { type Message, withAttributes } from "./message.ts";
import { schedulePings } from "./ping.ts";
import { createServiceCalls, type Deliver, serviceUrl } from "./services.ts";
import { type BrokerSpec, type ManifestFile, readTopology, type Topology } from "./topology.ts";

/** What Knative uses where a broker says nothing. */
const DEFAULT_DELIVERY: Delivery = { retry: 10, backoffPolicy: "exponential", backoffDelay: "PT0.2S" };

/** How a ping reaches a sink of its own. */
const PING_DELIVERY: Delivery = { retry: 5, backoffPolicy: "exponential", backoffDelay: "PT0.05S" };

/** Events on their way at once; more are asked to come again, so that memory stays bounded. */
const MAX_IN_FLIGHT = 2_000;

/** What goes wrong on the way to a subscriber, for chaos: nothing, lost, twice, or late. */
export type Disturbance = "deliver" | "drop" | "double" | { readonly lateMs: number };

/** What the broker did that its senders do not see. */
export type Observation =
  | { readonly kind: "refused"; readonly problem: string }
  | { readonly kind: Ending | "dropped"; readonly trigger: string; readonly event: string };

export interface BrokerOptions {
  readonly manifests: readonly ManifestFile[];
  /** What the manifests say, where they were read before. */
  readonly topology?: Topology;
  readonly clock: Clock;
  readonly deliver: Deliver;
  /** A minute of a PingSource's schedule. */
  readonly minuteMs: number;
  /** Uniform in [0, 1): jitter and ids of pings. */
  readonly random: () => number;
  /** For addresses that are no service of the manifests; default: nobody answers there. */
  readonly callOutside?: Call;
  /** By the Trigger's name. */
  readonly disturb?: (trigger: string) => Disturbance;
  readonly observe?: (seen: Observation) => void;
}

export interface LocalBroker {
  /** `POST /{namespace}/{broker}` and everything else that the ingress answers. */
  handle(request: Request): Promise<Response>;
  startPings(): void;
  /** No more pings; what is on its way is finished. */
  stop(): void;
  /** Events on their way. */
  pending(): number;
  /** Resolves when no event is on its way. */
  idle(): Promise<void>;
}

/** @throws Error with `file:line:col: message` lines for manifests that Knative would refuse */
export function createBroker(options: BrokerOptions): LocalBroker {
  const topology = options.topology ?? readTopology(options.manifests);
  const given: Given = { ...options, topology, call: createServiceCalls(topology.services, options), flight: createFlight() };
  let stopPings = (): void => undefined;
  return {
    handle: (request) => answerIngress(request, ingressOf(given)),
    startPings() {
      stopPings();
      stopPings = schedulePings(topology.pings, options, (ping, message) => void given.flight.track(sendPing(ping, message, given)));
    },
    stop: () => stopPings(),
    pending: () => given.flight.size(),
    idle: () => given.flight.idle(),
  };
}

interface Given extends Pick<BrokerOptions, "clock" | "disturb" | "observe"> {
  readonly topology: Topology;
  readonly call: Call;
  readonly flight: Flight;
}

function ingressOf(given: Given): IngressDeps {
  return {
    brokers: given.topology.brokers,
    receive: (broker, message) => receive(broker, message, given),
    onRefused: (problem) => given.observe?.({ kind: "refused", problem }),
  };
}

async function receive(broker: BrokerSpec, message: Message, given: Given): Promise<number> {
  if (given.flight.size() >= MAX_IN_FLIGHT) return 503;
  const stamped = withAttributes(message, { knativearrivaltime: new Date(given.clock.now()).toISOString() });
  const delivered = given.flight.track(fanOut(broker, stamped, given));
  if (broker.async) return 202;
  return (await delivered) ? 202 : 500;
}

/** To every Trigger that takes it, at the same time. @returns whether each found an end for it */
async function fanOut(broker: BrokerSpec, message: Message, given: Given): Promise<boolean> {
  const triggers = given.topology.triggers.filter(({ metadata, spec }) => metadata.namespace === broker.namespace && spec.broker === broker.name);
  const taking = triggers.filter((trigger) => triggerTakes(trigger, message.attributes));
  const found = await Promise.all(taking.map((trigger) => toTrigger(trigger, message, { broker, given })));
  return found.every(Boolean);
}

async function toTrigger(trigger: Trigger, message: Message, { broker, given }: { broker: BrokerSpec; given: Given }): Promise<boolean> {
  const { name } = trigger.metadata;
  const report = (kind: Ending | "dropped"): void => given.observe?.({ kind, trigger: name, event: message.attributes["id"] ?? "" });
  const fate = given.disturb?.(name) ?? "deliver";
  if (fate === "drop") {
    report("dropped");
    return true;
  }
  if (typeof fate === "object") await new Promise<void>((resolve) => given.clock.after(fate.lateMs, resolve));
  const ingress = ingressOf(given);
  const deps = {
    call: given.call,
    clock: given.clock,
    reenter: (reply: { headers: Headers; body: Uint8Array<ArrayBuffer> }, ttl: number) => takeIn(broker, { ...reply, ttl }, ingress),
  };
  const copies = Array.from({ length: fate === "double" ? 2 : 1 }, () => dispatch(message, routeOf(broker, trigger), deps));
  const endings = await Promise.all(copies);
  endings.forEach(report);
  return !endings.includes("lost");
}

/** A Trigger's delivery replaces the broker's as a whole; only the dead letter sink falls back (contracts 5.1). */
function routeOf(broker: BrokerSpec, trigger: Trigger): Route {
  const { namespace, name } = broker;
  const delivery = trigger.spec.delivery ?? broker.delivery ?? DEFAULT_DELIVERY;
  const sink = delivery.deadLetterSink ?? broker.delivery?.deadLetterSink;
  return {
    url: addressOf(trigger.spec.subscriber, namespace),
    namespace,
    delivery,
    deadLetter: sink && addressOf(sink, namespace),
    ingress: `http://broker-ingress.knative-eventing.svc.cluster.local/${namespace}/${name}`,
  };
}

function addressOf({ ref, uri }: Destination, namespace: string): string {
  return ref ? serviceUrl(ref.name, ref.namespace ?? namespace, uri) : (uri ?? "");
}

/** A ping goes to its broker or straight to its sink; what is not taken is lost. */
async function sendPing(ping: PingSource, message: Message, given: Given): Promise<void> {
  const { sink } = ping.spec;
  const { namespace } = ping.metadata;
  const broker = given.topology.brokers.find(
    (candidate) => sink.ref?.kind === "Broker" && candidate.name === sink.ref.name && candidate.namespace === (sink.ref.namespace ?? namespace),
  );
  if (broker) return void (await receive(broker, message, given));
  const target = { url: addressOf(sink, namespace), namespace, reply: false, format: "binary", timeoutMs: undefined } as const;
  await persist(PING_DELIVERY, given.clock, () => attempt(message, target, given));
}

/** A broker with one Trigger on one service, for tests that say only what matters to them. */
import { createBroker, type BrokerOptions, type LocalBroker } from "../../../functions/core/local/broker/broker.ts";
import { createVirtualClock, type VirtualClock } from "../../contract/knative/virtual-clock.ts";

export const START = Date.parse("2026-11-25T08:00:00.000Z");

export interface Shape {
  readonly async?: boolean;
  readonly containerConcurrency?: number;
  readonly timeoutSeconds?: number;
  /** Flow-style YAML. */
  readonly delivery?: string;
}

/** The manifests of a broker whose events all go to the service `worker`. */
export function manifest({ async = false, containerConcurrency = 0, timeoutSeconds = 300, delivery }: Shape = {}): string {
  return `
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: { name: default, namespace: here, annotations: { messaging.knative.dev/async-handler: "${async}" } }
---
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: { name: worker, namespace: here }
spec:
  broker: default
  subscriber: { ref: { apiVersion: serving.knative.dev/v1, kind: Service, name: worker }, uri: /events }
  delivery: ${delivery ?? "{ retry: 0 }"}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: worker, namespace: here }
spec: { template: { spec: { containerConcurrency: ${containerConcurrency}, timeoutSeconds: ${timeoutSeconds}, containers: [{ image: worker }] } } }
`;
}

/** A broker on virtual time. */
export function aBroker(
  shape: Shape,
  options: Partial<BrokerOptions> & Pick<BrokerOptions, "deliver">,
): { readonly broker: LocalBroker; readonly clock: VirtualClock } {
  const clock = createVirtualClock(START);
  const broker = createBroker({ manifests: [{ path: "here.yaml", text: manifest(shape) }], clock, minuteMs: 60_000, random: () => 0, ...options });
  return { broker, clock };
}

/** Posts an event. @returns the status */
export async function post(broker: LocalBroker, id: string): Promise<number> {
  const headers = { "ce-specversion": "1.0", "ce-id": id, "ce-source": "/test", "ce-type": "t" };
  return (await broker.handle(new Request("http://broker/here/default", { method: "POST", headers }))).status;
}

/** A request's event id. */
export function idOf(request: Request): string {
  return request.headers.get("ce-id") ?? "";
}

/** Waits on virtual time. */
export async function wait(clock: VirtualClock, ms: number): Promise<void> {
  await new Promise<void>((resolve) => clock.after(ms, resolve));
}

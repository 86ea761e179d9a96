/** Calling a Knative Service: at most so many requests at once, the rest wait, and none longer than its timeout. */
import type { Clock } from "../../ports/clock.ts";
import type { Call } from "./attempt.ts";
import { createGate } from "./gate.ts";
import type { Service } from "./service-schema.ts";

/** Hands a request to the function behind a service; the signal, which the request has too, says that nobody waits for the answer any more. */
export type Deliver = (service: string, request: Request, signal: AbortSignal) => Promise<Response>;

/** The name of a service inside the cluster. */
export function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** The address of a service inside the cluster. */
export function serviceUrl(name: string, namespace: string, path = ""): string {
  return new URL(path, `http://${serviceHost(name, namespace)}/`).href;
}

/** @returns what calls any address: services by name, all others by `callOutside`, without which nobody answers there */
export function createServiceCalls(services: readonly Service[], given: { deliver: Deliver; clock: Clock; callOutside?: Call | undefined }): Call {
  const calls = new Map(services.map((service) => [serviceHost(service.metadata.name, service.metadata.namespace), callService(service, given)]));
  const nobody: Call = (request) => Promise.reject(new Error(`lookup ${new URL(request.url).hostname}: no such host`));
  return (request, signal) => (calls.get(new URL(request.url).hostname) ?? given.callOutside ?? nobody)(request, signal);
}

function callService({ metadata, spec }: Service, { deliver, clock }: { deliver: Deliver; clock: Clock }): Call {
  const { containerConcurrency, timeoutSeconds } = spec.template.spec;
  const gate = createGate(containerConcurrency);
  return async (request, signal) => {
    const timeout = new AbortController();
    const ended = AbortSignal.any([signal, timeout.signal]);
    let cancel = (): void => undefined;
    const late = new Promise<Response>((resolve) => {
      cancel = clock.after(timeoutSeconds * 1000, () => {
        resolve(new Response("activator request timeout", { status: 504 }));
        timeout.abort();
      });
    });
    const bound = new Request(request, { signal: ended });
    try {
      return await Promise.race([gate.run(ended, () => deliver(metadata.name, bound, ended)), late]);
    } finally {
      cancel();
    }
  };
}

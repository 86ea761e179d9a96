/** The way to the broker: one event posted to `K_SINK`. */
import type { CloudEvent } from "cloudevents";

export interface Events {
  /** Resolves when the broker accepted it. @throws Unavailable; what cannot be posted is the sweep's */
  post(event: CloudEvent<unknown>, signal?: AbortSignal): Promise<void>;
}

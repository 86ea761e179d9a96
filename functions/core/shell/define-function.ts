/** What a function is: data about it, and one handler that returns a result and never publishes (style 3.2). */
import type { Result } from "../engine/results.ts";
import type { EventDefinition } from "../events/catalog.ts";
import type { Run } from "../records/run.ts";

/** One claimed event, as its handler sees it. */
export interface Effect<Data> {
  /** The event's id: what idempotent effects are keyed by. */
  readonly id: string;
  readonly runId: string;
  readonly data: Data;
  /** The run as it was when the event was claimed; never read for authority. */
  readonly run: Run;
  readonly now: number;
  readonly minuteMs: number;
  /** Fires at the function's limit. */
  readonly signal: AbortSignal;
  /** To be called right before each call that changes something outside. @throws Unavailable past the limit, or paused meanwhile */
  readonly guard: () => Promise<void>;
}

export interface FunctionDefinition<Data, Deps> {
  /** Kebab-case; also the Service's name and the one consumer in the event catalog. */
  readonly name: string;
  readonly consumes: EventDefinition<Data>;
  /** How long one call may take, in real time. */
  readonly limitMs: number;
  readonly handle: (effect: Effect<Data>, deps: Deps) => Promise<Result>;
}

/** Declares a function; a plain value, so that the manifests, the catalog and the drawn flow are checked against it. */
export function defineFunction<Data, Deps>(definition: FunctionDefinition<Data, Deps>): FunctionDefinition<Data, Deps> {
  return definition;
}

/** How a handler says that it has no result: for good, or for now. Everything else that it throws counts as a crash. */
import type { Failure } from "../engine/results.ts";
import { ERROR_MAX_LENGTH } from "../records/limits.ts";
import { Refused, Unavailable } from "../ports/errors.ts";

/** Trying again changes nothing: the step fails with this message. */
export class Terminal extends Error {
  override readonly name = "Terminal";
}

/** Try again later: after the engine's back-off, or after so many minutes. */
export class Retryable extends Error {
  override readonly name = "Retryable";
  readonly afterMinutes: number | undefined;

  constructor(message: string, afterMinutes?: number) {
    super(message);
    this.afterMinutes = afterMinutes;
  }
}

/** An error's message, cut to what a record keeps. */
export function errorWords(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.slice(0, ERROR_MAX_LENGTH);
}

/** From what a handler threw to what the engine is told. */
export function toFailure(error: unknown): Failure {
  const words = errorWords(error);
  if (error instanceof Terminal || error instanceof Refused) return { failure: "terminal", error: words };
  if (error instanceof Retryable) return { failure: "retry", error: words, ...(error.afterMinutes !== undefined && { afterMinutes: error.afterMinutes }) };
  if (error instanceof Unavailable) return { failure: "retry", error: words };
  return { failure: "crash", error: words };
}

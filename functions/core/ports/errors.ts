/** The two ways in which the outside fails; every adapter maps its system's failures to these, so that nobody reads messages. */

/** Not now: no answer, a timeout, 429, 5xx. Trying again later is right; whether an effect happened is unknown. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options?: ErrorOptions & { retryAfterMs?: number }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** No: the other side understood and refused. Trying again changes nothing. `status` is its HTTP status, where it has one. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number | undefined;

  constructor(message: string, options?: ErrorOptions & { status?: number }) {
    super(message, options);
    this.status = options?.status;
  }
}

/** The address outside that expects to hear of us: when it does not, it tells people by a way of its own. */
export interface Heartbeat {
  /** How long ago the Watchdog alert may have been heard, in ms; absent = alerts are not asked about. */
  readonly watchdogMs?: number | undefined;
  /** @throws Unavailable, Refused */
  beat(signal?: AbortSignal): Promise<void>;
}

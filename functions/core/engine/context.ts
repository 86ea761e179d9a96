/** What `decide` is told beside the run: time and cause, because it reads no clock of its own. */
export interface Context {
  readonly runId: string;
  readonly now: number;
  /** Length of a minute in ms: 60,000 in production, less in the demo and in tests of the process. */
  readonly minuteMs: number;
  /** How long the kill switch has stood on in all: deadlines stand still meanwhile. */
  readonly stoodStillMs: number;
  /** The event or delivery that is being handled; what follows names it as its cause. */
  readonly causeId?: string;
  readonly traceparent?: string;
}

/** The moment so many minutes from now. */
export function minutesFromNow(context: Context, minutes: number): number {
  return context.now + Math.round(minutes * context.minuteMs);
}

/** Minutes that passed since a moment. */
export function minutesSince(context: Context, moment: number): number {
  return (context.now - moment) / context.minuteMs;
}

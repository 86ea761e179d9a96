/** How often a kubelet has tried what fails again and again: the starts of a container, the pulls of an image, and the waits between. */

/** The kubelet's back-off: 10 s, doubled, at most five minutes. */
const BACKOFF_SECONDS = 10;
const BACKOFF_MAX_SECONDS = 300;

export interface Run {
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
}

/** When a pod was bound to its node, and now, in ms; and how long a second of the cluster lasts. */
interface Moment {
  readonly createdAt: number;
  readonly now: number;
  readonly secondMs: number;
}

export interface Tries {
  readonly first: number;
  /** Seconds from a try to its failure. */
  readonly lasts: number;
  /** How many of the first failures are followed by another try without a wait. */
  readonly atOnce: number;
}

const PULLS = { lasts: 0, atOnce: 0 };

interface Tried {
  /** The last two. */
  readonly runs: readonly Run[];
  readonly count: number;
  readonly backoffSeconds: number;
  /** When it is tried next. */
  readonly next: number;
}

/** How often something that always fails has been tried until now, with the kubelet's waits between. */
export function triesOf({ first, lasts, atOnce }: Tries, { now, secondMs }: Moment): Tried {
  let runs: Run[] = [];
  let start = first;
  let count = 0;
  let backoffSeconds = 0;
  while (start <= now) {
    const end = start + lasts * secondMs;
    runs = [...runs, { startedAt: start, finishedAt: end <= now ? end : undefined }].slice(-2);
    count += 1;
    const waits = count - atOnce;
    backoffSeconds = waits < 1 ? 0 : Math.min(BACKOFF_SECONDS * 2 ** Math.min(waits - 1, 10), BACKOFF_MAX_SECONDS);
    start = end + backoffSeconds * secondMs;
  }
  return { runs, count, backoffSeconds, next: start };
}

/** The pulls of an image that cannot be pulled: how many, the last one's time, and whether the kubelet waits before the next. */
export function pullsOf(context: Moment): { readonly count: number; readonly last: number | undefined; readonly waiting: boolean } {
  const { runs, count } = triesOf({ ...PULLS, first: context.createdAt + context.secondMs }, context);
  const last = runs.at(-1)?.startedAt;
  return { count, last, waiting: last !== undefined && context.now > last + context.secondMs };
}

/** When an image that could not be pulled was pulled at last: at the kubelet's first try after that. */
export function pulledAfter(seconds: number | undefined, context: Moment): number | undefined {
  const from = seconds === undefined ? Infinity : context.createdAt + seconds * context.secondMs;
  if (from > context.now) return undefined;
  const { runs, next } = triesOf({ ...PULLS, first: context.createdAt + context.secondMs }, { ...context, now: from });
  const last = runs.at(-1)?.startedAt ?? from;
  const at = last >= from ? last : next;
  return at <= context.now ? at : undefined;
}

/** How many signed deliveries each ingress path has taken since the process started: numbers alone, for `doctor`. */
import type { Context, Next } from "hono";
import * as z from "zod";

export const ArrivalsSchema = z.record(z.string(), z.number().int());
export type Arrivals = Readonly<Record<string, number>>;

export interface ArrivalCount {
  /** Counts what the path answers 202: the signature or token was right. */
  readonly count: (name: string) => (http: Context, next: Next) => Promise<void>;
  readonly now: () => Arrivals;
}

export function countArrivals(): ArrivalCount {
  const counts = new Map<string, number>();
  return {
    count: (name) => async (http, next) => {
      await next();
      if (http.res.status === 202) counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    now: () => Object.fromEntries(counts),
  };
}

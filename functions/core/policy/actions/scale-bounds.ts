/** How far a workload may be scaled without asking (safety T36, C12). */

const MOST = 10;

export interface Scaling {
  readonly before: number;
  readonly after: number;
  /** The most that the policy allows. */
  readonly limit: number;
}

/** Why a scaling is out of bounds, in words; undefined when it is within: from 1 to twice as many as now, at most ten, at most what the policy says. */
export function whyOutOfBounds({ before, after, limit }: Scaling): string | undefined {
  if (before === 0) return "it is scaled to 0, which somebody did on purpose";
  const most = Math.min(MOST, 2 * before, limit);
  if (!Number.isInteger(after) || after < 1 || after > most) return `${after} replicas are not within 1 to ${most}`;
  return undefined;
}

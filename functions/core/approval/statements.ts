/** Which of several statements is the one in force: the newest by an allowed person on this head (design 5.5). */
import type { Approval } from "../records/approval.ts";

const rank = { unknown: 0, explain: 0, help: 0, retry: 0, ignore: 0, pause: 0, resume: 0, command: 0, approve: 1, reject: 2, stop: 3 } as const;

/** Later by the forge: by id where ids count together, else by its clock; in the same second a no outweighs a yes. */
function compare(a: Approval, b: Approval): number {
  if (a.source === b.source) return a.sourceId - b.sourceId;
  const seconds = Math.floor(a.saidAt / 1000) - Math.floor(b.saidAt / 1000);
  return seconds === 0 ? rank[a.verb] - rank[b.verb] : seconds;
}

/**
 * Picks the statement in force. `allowed` are the numeric ids of the people whose word counts. A yes is bound to its head; a no whose delivery
 * named none counts all the same.
 * @returns undefined when nobody who may has said anything on this head
 */
export function latestStatement(approvals: readonly Approval[], by: { readonly head: string; readonly allowed: ReadonlySet<number> }): Approval | undefined {
  const isHere = (approval: Approval): boolean => approval.head === by.head || (approval.head === undefined && approval.verb !== "approve");
  const counting = approvals.filter((approval) => approval.verb !== "unknown" && isHere(approval) && by.allowed.has(approval.author.id));
  return counting.reduce<Approval | undefined>((newest, approval) => (newest && compare(newest, approval) > 0 ? newest : approval), undefined);
}

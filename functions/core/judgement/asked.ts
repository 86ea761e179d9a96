/** A statement as what a run was asked by. */
import type { Asked } from "../engine/start-asked.ts";
import type { Approval } from "../records/approval.ts";

export function askedBy({ author, verb, argument, repository, number, isPull }: Approval): Asked {
  const words = [...(verb === "command" ? [] : [verb]), ...(argument === "" ? [] : [argument])].join(" ");
  return { by: author, said: `/${words}`, thread: { repository, number, kind: isPull ? "pull-request" : "issue" } };
}

/** Writing statements down, once each: from a signed delivery, or from a review that was looked up. */
import type { RepositoryRef } from "../records/fields.ts";
import type { Review } from "../ports/forge.ts";
import { type Store, StoreError } from "../ports/store.ts";
import { parseStatement } from "../approval/grammar.ts";
import type { Approval, UserRef } from "../records/approval.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";

/** The author as a record keeps them. */
export function authorOf({ id, login, type }: { readonly id: number; readonly login: string; readonly type?: unknown }): UserRef {
  return { id, login: login.slice(0, 256), ...(typeof type === "string" && { type: type.slice(0, 32) }) };
}

/** Was it said on this pull request? */
export function isSaidOn(approval: Approval, repository: RepositoryRef, pullRequest: number): boolean {
  return approval.isPull && approval.repository.id === repository.id && approval.number === pullRequest;
}

/** Records a statement; one that is there already stays as it is (create-only). */
export async function recordStatement(store: Store, name: string, approval: Approval): Promise<void> {
  try {
    await store.create("Approval", name, approval);
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === "exists")) throw error;
  }
}

/** A review as the statement that it is: an approval of its own commit; a command in the text of another one is answered and does nothing. */
export function statementOfReview(review: Review, on: Pick<Approval, "run" | "repository" | "number" | "baseRef">, now: number): Approval {
  const parsed = parseStatement(review.body);
  const keep = parsed !== undefined && "verb" in parsed && parsed.verb === "approve" && parsed.argument === "keep";
  const said = review.state === "APPROVED" ? { verb: "approve" as const, argument: keep ? "keep" : "" } : { verb: "unknown" as const, argument: "" };
  return {
    schema: SCHEMA_VERSION,
    ...on,
    isPull: true,
    source: "review",
    sourceId: review.id,
    author: authorOf(review.author),
    ...said,
    head: review.commit,
    saidAt: review.submittedAt,
    recordedAt: now,
  };
}

/** Writing statements down, once each: from a signed delivery, or from a review that was looked up. */
import type { Review } from "../ports/forge.ts";
import { type Store, StoreError } from "../ports/store.ts";
import type { Approval } from "../records/approval.ts";
import type { RepositoryRef } from "../records/fields.ts";
import { SCHEMA_VERSION } from "../records/fields.ts";

/** An Approval's name: comment and review ids count apart. */
export function approvalName(repository: RepositoryRef, source: Approval["source"], id: number): string {
  return `approval-${repository.id}-${source}-${id}`;
}

/** Records a statement; one that is there already stays as it is (create-only). */
export async function recordStatement(store: Store, name: string, approval: Approval): Promise<void> {
  try {
    await store.create("Approval", name, approval);
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === "exists")) throw error;
  }
}

/** A review as the statement that it is: an approval of its own commit. */
export function statementOfReview(review: Review, on: Pick<Approval, "run" | "repository" | "number" | "baseRef">, now: number): Approval {
  return {
    schema: SCHEMA_VERSION,
    ...on,
    isPull: true,
    source: "review",
    sourceId: review.id,
    author: { id: review.author.id, login: review.author.login.slice(0, 256) },
    verb: "approve",
    argument: "",
    head: review.commit,
    saidAt: review.submittedAt,
    recordedAt: now,
  };
}

/** What looking for a remedy comes to: one that is proved, words why there is none, or waiting for what heals by itself. */
import type { FieldEdit, Remedy } from "../../records/finding.ts";

/** Why nothing is proposed, and what a person would have to decide, both in words. */
export interface Refusal {
  readonly refusal: string;
  readonly decide?: string;
}

export type Remedied = { readonly remedy: Remedy } | Refusal | { readonly wait: string };

/** Another value for a field of a live object and why that one, before it is looked for in Git. */
export type FieldProposal = { readonly edit: FieldEdit; readonly because: string } | Refusal;

/** What is read of Gitea's deliveries: the fields that we act on, each within its limits (contracts 2.4). */
import * as z from "zod";

const user = z.looseObject({ id: z.number().int().positive(), login: z.string(), type: z.unknown().optional() });
/** `ref` of a deleted branch is `refs/pull/N/head`; only the label still has its name: a pull request that we closed is found by it. */
const head = z
  .looseObject({ ref: z.string(), sha: z.string(), label: z.string().optional() })
  .transform(({ ref, sha, label }) => ({ ref: ref.startsWith("refs/") ? (label ?? ref) : ref, sha }));
const pull = z.looseObject({
  number: z.number().int().positive(),
  head,
  base: z.looseObject({ ref: z.string() }),
});
const comment = z.looseObject({ id: z.number().int().positive(), user, body: z.string(), created_at: z.iso.datetime({ offset: true }) });

/** What is read of a delivery; every other field is ignored (contracts 2.4). */
export const DeliverySchema = z.looseObject({
  action: z.string().optional(),
  issue: z.looseObject({ number: z.number().int().positive() }).optional(),
  comment: comment.optional(),
  pull_request: pull.nullish(),
  is_pull: z.boolean().optional(),
  repository: z.looseObject({ id: z.number().int().positive(), full_name: z.string() }),
  sender: user,
});
export type Delivery = z.infer<typeof DeliverySchema>;

/** What came of a delivery. */
export type Accepted = "stored" | { readonly ignored: string };

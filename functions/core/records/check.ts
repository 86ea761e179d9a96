/** What a change was held against before it was proposed, as the plan keeps it and the pull request shows it (design 8.4). */
import * as z from "zod";
import { errorText } from "./fields.ts";

export const CheckSchema = z.looseObject({
  about: z.enum(["schema", "images", "room", "limits", "volumes", "secrets"]),
  /** `refused`: there is no pull request, and the words say why; `not-checked` never stands in the way. */
  outcome: z.enum(["checked", "not-checked", "refused"]),
  /** What was looked at, or why not; nothing secret, one sentence without its end. */
  words: errorText,
});
export type Check = z.infer<typeof CheckSchema>;
export type Topic = Check["about"];

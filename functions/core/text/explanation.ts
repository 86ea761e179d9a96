/** The answer to `/explain`: what was seen, why this is proposed, and how risky it is. */
import type { Plan } from "../records/plan.ts";
import type { Problems } from "../records/tool-result.ts";
import { prose } from "./harmless.ts";
import { causeText, remedyText } from "./incident-text.ts";
import { tierText } from "./plan-text.ts";

/** Markdown; the empty text where nothing is known any more. */
export function explanation({ problems, plan }: { readonly problems?: Problems | undefined; readonly plan?: Plan | undefined }): string {
  const cause = problems?.causes[0];
  return [cause ? causeText(cause) : "", problems?.remedy ? remedyText(problems.remedy) : prose(problems?.refusal ?? ""), plan ? tierText(plan) : ""]
    .filter((part) => part !== "")
    .join("\n\n");
}

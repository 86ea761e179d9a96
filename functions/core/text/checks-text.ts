/** What a change was checked against, as a short list in the pull request: what was looked at, and what was not and why. */
import type { Check, Topic } from "../records/check.ts";
import { prose } from "./harmless.ts";

const TOPICS: Readonly<Record<Topic, string>> = {
  schema: "Fields",
  secrets: "Secrets",
  volumes: "Volumes",
  limits: "Limits and quotas",
  room: "Room on the nodes",
  images: "Images",
};

const MARKS: Readonly<Record<Check["outcome"], string>> = { checked: "checked", "not-checked": "**not checked**", refused: "**refused**" };

/** The empty text where nothing is known of any check. */
export function checksText(checks: readonly Check[] | undefined): string {
  return (checks ?? []).map(({ about, outcome, words }) => `- ${TOPICS[about]}, ${MARKS[outcome]}: ${prose(words)}.`).join("\n");
}

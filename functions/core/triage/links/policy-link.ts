/** Workloads that fail because a NetworkPolicy cuts the very call that their own words complain about. */
import type { Finding } from "../../records/finding.ts";
import { hostsIn, DEPENDENT, NO_NAMES, NOT_SERVED } from "./dependency-link.ts";
import { type LinkRule, wordsOf } from "./link.ts";

/** Links to the policy that another finding of the same chain blames: for the Service that the words name, or for names that do not resolve. */
export const linkToPolicy: LinkRule = (finding, scene) => {
  if (!DEPENDENT.test(finding.category)) return undefined;
  const words = wordsOf(finding);
  const cuts = (scene.troubleOf(finding.object)?.findings ?? []).filter(({ category, blames }) => category === "network-policy-blocks" && blames);
  const cut = cuts.find((one) => explains(one, words));
  if (!cut?.blames || !scene.snapshot.get(cut.blames)) return undefined;
  return { target: cut.blames, shows: { category: cut.category, message: cut.message, field: "spec", value: "" } };
};

function explains(cut: Finding, words: string): boolean {
  const service = cut.evidence.find(({ field }) => field === "calls")?.value;
  if (service === undefined) return NO_NAMES.test(words);
  const name = service.split("/").at(-1) ?? "";
  return NOT_SERVED.test(words) && [...hostsIn(words)].some((host) => host === name || host.startsWith(`${name}.`));
}

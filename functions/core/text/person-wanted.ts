/** What a notice means for whether a person is needed: a channel that keeps a state (an alert) is told when to begin and when to end. */
import type { Say } from "./say.ts";

const PERSON: Readonly<Record<Say, "wanted" | "over" | "news">> = {
  opened: "wanted",
  approved: "over",
  waiting: "wanted",
  refused: "news",
  "ask-again": "wanted",
  "head-moved": "wanted",
  conflicted: "wanted",
  merged: "over",
  verified: "over",
  "not-proven": "wanted",
  "taking-back": "over",
  "taken-back": "wanted",
  healed: "over",
  expired: "over",
  superseded: "over",
  rejected: "over",
  closed: "over",
  stopped: "over",
  failed: "wanted",
  watching: "news",
  recovered: "over",
  "no-fix": "wanted",
  "lost-comment": "news",
  "plan-shown": "news",
  help: "news",
  explained: "news",
  reminded: "wanted",
  called: "wanted",
  "forge-down": "wanted",
  over: "over",
  evidence: "news",
  "not-again": "news",
  shown: "wanted",
  "merging-myself": "news",
  acted: "news",
  advised: "wanted",
  "attempting-anew": "over",
  ignoring: "over",
  ignored: "over",
  paused: "news",
  resumed: "news",
  finished: "news",
  report: "news",
};

/** @returns undefined for news, which change nothing about it */
export function personWanted(say: Say): "wanted" | "over" | undefined {
  const person = PERSON[say];
  return person === "news" ? undefined : person;
}

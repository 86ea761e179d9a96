/** Where the local broker is to differ from Knative's: each scenario, what differs there, and why. */

export interface Decision {
  readonly scenario: string;
  /** The differences that this decides, as `replay` words them. */
  readonly differences: readonly string[];
  readonly why: string;
}

const OLD_VERSION = "nothing of ours speaks CloudEvents 0.3, and accepting what our functions refuse would only move the refusal";
const NO_CESQL = "CESQL is a language of its own that no manifest of ours uses; a Trigger that has it is refused by name";

/** The events of group C that CESQL filters took, by the number of the filter. */
const CESQL_TOOK: Readonly<Record<string, readonly number[]>> = { createdvip: [1, 2, 3, 5], deleted: [1, 2], other: [4], upper: [4] };

export const DECISIONS: readonly Decision[] = [
  { scenario: "A09-specversion-0.3", differences: ["answer: 202 recorded, 400 here", "/plain: 1 deliveries recorded, 0 here"], why: OLD_VERSION },
  { scenario: "E-specversion-0.3", differences: ["answer: 202 recorded, 400 here", "/any: 1 deliveries recorded, 0 here"], why: OLD_VERSION },
  {
    scenario: "E-large-16MiB",
    differences: ["answer: 202 recorded, 413 here", "/any: 1 deliveries recorded, 0 here"],
    why: "events are held in the memory of one process, so one of more than 2 MiB is refused; ours are below 64 KiB",
  },
  {
    scenario: "Z-body-769",
    differences: ["answer: 500 recorded, 202 here", "/dls: 0 deliveries recorded, 1 here"],
    why: "the dispatcher of that version crashed; here the dead letter carries the first 768 bytes",
  },
  ...Object.entries(CESQL_TOOK).map(([event, filters]) => ({
    scenario: `C-${event}`,
    differences: filters.map((filter) => `/f/cesql${filter}: 1 deliveries recorded, 0 here`),
    why: NO_CESQL,
  })),
];

/** A Trigger's fields on which this broker decides otherwise than the admission webhook; in which words, where it refuses them. */
export const REFUSAL_DECISIONS: Readonly<Record<string, { readonly words?: string; readonly why: string }>> = {
  "cesql-syntax": { words: "the local broker does not know CESQL: spec.filters[0].cesql", why: NO_CESQL },
  "cesql-empty": { words: "the local broker does not know CESQL: spec.filters[0].cesql", why: NO_CESQL },
  "prefix-empty-value": {
    words: "Knative would skip a filter with an empty value: spec.filters[0].prefix",
    why: "the webhook takes it, but then the Trigger takes every event, which nobody means",
  },
  "change-broker": { why: "manifests are read once, so nothing can be changed" },
};

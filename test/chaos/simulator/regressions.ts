/** Seeds that have shown a broken promise. What was mended has a test of its own beside the code; a seed shows it only as long as chance is drawn as it was then. */

export interface Regression {
  readonly scenario: string;
  readonly seed: number;
  readonly why: string;
}

export const REGRESSIONS: readonly Regression[] = [
  { scenario: "crash-loop", seed: 18, why: "an alert was answered 202 before the workflow files had been read again, and nobody had it" },
  {
    scenario: "wrong-fix",
    seed: 20_009,
    why: "a pull request was opened a second time after a person had closed it, because the answer to the first was lost",
  },
];

/** Makes two tellings of one story the same text: times, ids, hashes and counts, and what depends on how busy the machine is. */

/** What differs from one telling to the next. */
const DIFFERENT: readonly (readonly [pattern: RegExp, instead: string])[] = [
  // Whether the rollout's deadline has passed by then depends on how busy the machine is.
  [/^\|.*(timed out progressing|`Degraded`).*\n/gm, ""],
  // And so does whether a crashed container is between two tries, or in its back-off.
  [/^\|.*state\.waiting\.reason` \| `CrashLoopBackOff`.*\n/gm, ""],
  [/(containerStatuses\[0\])\.(state|lastState)\.terminated/g, "$1.lastState.terminated"],
  [/ \(and \d+ more findings?\)/g, ""],
  [/^\d+ pods? of \d+ workloads?( and \d+ other objects?)? (is|are) affected\. /gm, ""],
  [/\.? ?\d+ pods? of \d+ workloads?( and \d+ other objects?)? (is|are) affected/g, ""],
  [/^(\u001b\[2m)? *\d+\.\d s/gm, "$1  0.0 s"],
  [/\d+(\.\d+)? s after/g, "N s after"],
  [/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "2026-01-01 00:00 UTC"],
  [/\b(shop|worker|shop-canary)-[0-9a-f]{8,10}-[a-z0-9]{5}\b/g, "$1-HASH-XXXXX"],
  [/\b(shop|worker|shop-canary)-[0-9a-f]{8,10}\b/g, "$1-HASH"],
  // What is worse at the moment of the look depends on how far the rollout is by then.
  [/(is still there; ).*(worse than before: ).*/g, "$1$2..."],
  [/\b[0-9a-f]{8,64}\b/g, "HASH"],
  // Long answers of a registry are cut, and where depends on what stands behind them.
  [/(unpack image "[^"\n]+")[^\n]*?(?= Since |` \||$)/gm, "$1 ..."],
  [/restarted (once|\d+ times)/g, "restarted N times"],
  [/(restartCount` \| )`\d+`/g, "$1`N`"],
  // The table of all runs.
  [/(?<=[a-z\d] {2,}(?:#\d+ +)?)(?<!\[2m +)\d+\.\d s\b */g, "0.0 s     "],
  [/#\d+ {2,}(?=0\.0 s)/g, "#N     "],
  [/ +(?=\u001b\[0m$|$)/gm, ""],
];

/** The text with everything evened out that differs from one telling to the next. */
export function evenOut(text: string): string {
  return DIFFERENT.reduce((even, [pattern, instead]) => even.replaceAll(pattern, instead), text);
}

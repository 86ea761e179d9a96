/** What has to hold at the end of every simulation (safety C1), judged by what happened outside: the forge's ledger and what was answered, not our own records. */
import { OUR_USERS } from "../../../functions/core/local/people.ts";
import type { LedgerEntry } from "../../../functions/core/local/forge/state.ts";
import type { Run } from "../../../functions/core/records/run.ts";
import type { Heard, Said } from "./people.ts";

export interface Pause {
  readonly from: number;
  to: number;
}

export interface History {
  readonly ledger: readonly LedgerEntry[];
  readonly said: readonly Said[];
  readonly heard: readonly Heard[];
  readonly pauses: readonly Pause[];
  /** Incidents' runs as they stand at the end. */
  readonly runs: readonly { readonly name: string; readonly record: Run }[];
  /** When the store was emptied: what was heard before that may be gone. */
  readonly emptiedAt: number | undefined;
}

/** A call that was on its way when the pause began may still arrive. */
const ON_ITS_WAY_MS = 25_000;

const OURS: ReadonlySet<string> = new Set(Object.values(OUR_USERS).map(({ login }) => login));
const EFFECTS = /^(POST|PATCH|DELETE) |^push$/;

interface Details {
  readonly number: number;
  readonly head: string;
  readonly body: string;
  readonly id: number;
}

const detailsOf = (entry: LedgerEntry): Details => entry.details as Details;

/** @returns each broken promise in words; none = all is well */
export function brokenPromises(history: History): readonly string[] {
  return [lostRuns, openRuns, repeatedPulls, repeatedMerges, repeatedWords, unapprovedMerges, effectsWhilePaused].flatMap((check) => check(history));
}

function did({ ledger }: History, what: string): readonly LedgerEntry[] {
  return ledger.filter((entry) => entry.what === what && entry.outcome < 300);
}

/** I1: what was answered 2xx has a run. A newer firing of the same labels stands for the older one, so that flapping stays bounded. */
function lostRuns({ heard, runs, emptiedAt = 0 }: History): readonly string[] {
  const noted = runs.flatMap(({ record }) => record.incident?.alerts ?? []);
  const isNoted = ({ fingerprint, startsAt }: Heard): boolean => noted.some((alert) => alert.fingerprint === fingerprint && alert.startsAt >= startsAt);
  // A run made again from its pull request knows its incident and not its alerts: the same firing has had its run.
  const hasAdopted = emptiedAt > 0 && runs.some(({ record }) => record.incident?.alerts.length === 0);
  const lost = hasAdopted ? [] : heard.filter((alert) => alert.status === "firing" && alert.at > emptiedAt && !isNoted(alert));
  return [...new Set(lost.map((alert) => `lost: alert ${alert.fingerprint} of ${new Date(alert.startsAt).toISOString()} was answered 2xx and no run has it`))];
}

/** I9: after the faults have stopped everything comes to an end. */
function openRuns({ runs }: History): readonly string[] {
  const open = runs.filter(({ record }) => record.phase === "running" || record.phase === "ending" || record.outbox.length > 0);
  return open.map(({ name, record }) => `open: run ${name} is ${record.phase}, owes ${record.outbox.map((entry) => entry.type).join(", ")}`);
}

function repeated(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.filter((key, at) => keys.indexOf(key) !== at))];
}

/** I2: a branch is a change. */
function repeatedPulls(history: History): readonly string[] {
  return repeated(did(history, "POST /pulls").map((entry) => detailsOf(entry).head)).map((branch) => `repeated: two pull requests of ${branch}`);
}

function repeatedMerges(history: History): readonly string[] {
  return repeated(did(history, "POST /merge").map((entry) => String(detailsOf(entry).number))).map((number) => `repeated: #${number} was merged twice`);
}

function repeatedWords(history: History): readonly string[] {
  const deleted = new Set(did(history, "DELETE /comments").map((entry) => detailsOf(entry).id));
  const standing = did(history, "POST /comments").filter((entry) => entry.who === OUR_USERS.words.login && !deleted.has(detailsOf(entry).id));
  const marks = standing.flatMap((entry) => /<!-- anchorwatch ([0-9a-f]{32}) -->/.exec(detailsOf(entry).body)?.[1] ?? []);
  return repeated(marks).map((mark) => `repeated: ${mark} is said twice`);
}

/** I3: what we merged was approved at exactly that head, by who may; taking back is covered by the approval of what it takes back. */
function unapprovedMerges(history: History): readonly string[] {
  const ours = did(history, "POST /merge").filter((entry) => entry.who === OUR_USERS.merger.login);
  const branchOf = new Map(did(history, "POST /pulls").map((entry) => [detailsOf(entry).number, detailsOf(entry).head]));
  const isApproved = (number: number, head: string, before: number): boolean =>
    history.said.some((words) => words.number === number && words.head === head && words.at < before && (words.how === "approve" || words.how === "review"));
  return ours.flatMap((entry) => {
    const { number, head } = detailsOf(entry);
    if (isApproved(number, head, entry.at) || takesBack(history, branchOf, number)) return [];
    return [`unapproved: #${number} was merged at ${head}, which nobody had approved`];
  });
}

/** A second change of one run, whose first was merged: its inverse. */
function takesBack(history: History, branchOf: ReadonlyMap<number, string>, number: number): boolean {
  const [, run, change] = /^(.+)-(\d+)$/.exec(branchOf.get(number) ?? "") ?? [];
  const before = [...branchOf].find(([, branch]) => branch === `${run}-${Number(change) - 1}`)?.[0];
  return before !== undefined && did(history, "POST /merge").some((entry) => detailsOf(entry).number === before);
}

/** The kill switch: no effect of ours but what was on its way. */
function effectsWhilePaused({ ledger, pauses }: History): readonly string[] {
  return ledger
    .filter((entry) => OURS.has(entry.who) && EFFECTS.test(entry.what) && entry.outcome < 300)
    .filter((entry) => pauses.some(({ from, to }) => entry.at > from + ON_ITS_WAY_MS && entry.at < to))
    .map((entry) => `paused: ${entry.who} did ${entry.what} at ${new Date(entry.at).toISOString()}`);
}

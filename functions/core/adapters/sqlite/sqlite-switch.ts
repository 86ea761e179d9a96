/** The kill switch as one row, so that a second process can pause the first (design 5.7). */
import type { Clock } from "../../ports/clock.ts";
import type { SwitchControl } from "../../ports/switch.ts";
import { paused, resumed, stateAt, type SwitchRow } from "../store/switch-state.ts";
import type { SqliteDatabase } from "./database.ts";
import { column, numberOrNull } from "./row.ts";

export function createSqliteSwitch(database: SqliteDatabase, clock: Clock): SwitchControl {
  const [select, update] = database.run(
    "prepare the switch",
    () =>
      [
        database.sql.prepare("SELECT reason, since, until, stood_still_ms FROM switch WHERE id = 1"),
        database.sql.prepare("UPDATE switch SET reason = ?, since = ?, until = ?, stood_still_ms = ? WHERE id = 1"),
      ] as const,
  );
  const change = (what: string, next: (row: SwitchRow) => SwitchRow): void =>
    database.transaction(what, () => {
      const { reason, since, until, stoodStillMs } = next(toRow(select.get()));
      update.run(reason, since, until, stoodStillMs);
    });
  return {
    async read() {
      await Promise.resolve();
      return stateAt(
        database.run("read the switch", () => toRow(select.get())),
        clock.now(),
      );
    },
    async pause(pause) {
      await Promise.resolve();
      change("pause", (row) => paused(row, pause, clock.now()));
    },
    async resume() {
      await Promise.resolve();
      change("resume", (row) => resumed(row, clock.now()));
    },
  };
}

/** @throws Error when the row is gone: what cannot be read is never taken for "not paused" */
function toRow(row: unknown): SwitchRow {
  if (row === undefined) throw new Error("the row of the switch is missing");
  const reason = column(row, "reason");
  return {
    reason: reason === null ? null : String(reason),
    since: numberOrNull(row, "since"),
    until: numberOrNull(row, "until"),
    stoodStillMs: Number(column(row, "stood_still_ms")),
  };
}

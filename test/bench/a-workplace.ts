/** A shell on a real SQLite file in a folder of its own: every write of a measurement is on disk when it is answered. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemorySwitch } from "../../functions/core/adapters/memory/memory-switch.ts";
import { openDatabase } from "../../functions/core/adapters/sqlite/database.ts";
import { createSqliteStore, type SqliteStore } from "../../functions/core/adapters/sqlite/sqlite-store.ts";
import { createWallClock } from "../../functions/core/adapters/wall-clock.ts";
import type { Shell } from "../../functions/core/shell/shell.ts";

export interface Workplace {
  readonly shell: Shell;
  readonly store: SqliteStore;
  remove(): void;
}

export function aWorkplace(): Workplace {
  const directory = mkdtempSync(join(tmpdir(), "anchorwatch-bench-"));
  const database = openDatabase(join(directory, "store.db"));
  const store = createSqliteStore(database);
  const clock = createWallClock();
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const shell: Shell = {
    store,
    clock,
    switch: createMemorySwitch(clock),
    events: { post: () => Promise.resolve() },
    log: quiet,
    minuteMs: 60_000,
    holder: "bench",
  };
  return {
    shell,
    store,
    remove() {
      database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The kill switches that we have, each against the one contract, and what only one of them can do. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createMemorySwitch } from "../../functions/core/adapters/memory/memory-switch.ts";
import { openDatabase } from "../../functions/core/adapters/sqlite/database.ts";
import { createSqliteSwitch } from "../../functions/core/adapters/sqlite/sqlite-switch.ts";
import { Unavailable } from "../../functions/core/ports/errors.ts";
import { temporaryDirectory } from "./store-setup.ts";
import { switchContract } from "./switch.suite.ts";

const clock = { now: () => 1_000, after: () => () => undefined };

switchContract("memory", (time) => ({ control: createMemorySwitch(time), close: () => undefined }));

switchContract("sqlite", (time) => {
  const database = openDatabase(":memory:");
  return { control: createSqliteSwitch(database, time), close: () => database.close() };
});

describe("the switch in a store file", () => {
  it("is turned by a command beside the running process, and stays so over a restart", async () => {
    const directory = temporaryDirectory();
    const file = join(directory.path, "store.db");
    const owner = openDatabase(file);
    const beside = openDatabase(file, { owner: false });
    await createSqliteSwitch(beside, clock).pause({ reason: "from the command line" });
    expect(await createSqliteSwitch(owner, clock).read()).toMatchObject({ pause: { reason: "from the command line" } });
    beside.close();
    owner.close();
    const again = openDatabase(file);
    expect(await createSqliteSwitch(again, clock).read()).toMatchObject({ pause: { reason: "from the command line" } });
    again.close();
    directory.remove();
  });

  it("is unavailable, never open, when its row is gone or the database is closed", async () => {
    const database = openDatabase(":memory:");
    const control = createSqliteSwitch(database, clock);
    database.sql.exec("DELETE FROM switch");
    await expect(control.read()).rejects.toBeInstanceOf(Unavailable);
    database.close();
    await expect(control.read()).rejects.toBeInstanceOf(Unavailable);
  });
});

describe("the switch in memory", () => {
  it("cannot be read as often as it is told to", async () => {
    const draws = [0.1, 0.9];
    const control = createMemorySwitch(clock, { random: () => draws.shift() ?? 1, unavailableRate: 0.5 });
    await expect(control.read()).rejects.toBeInstanceOf(Unavailable);
    expect(await control.read()).toEqual({ stoodStillMs: 0 });
  });
});

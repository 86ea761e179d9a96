/**
 * A process that owns a store, for tests that kill it or take its disk away. Its only argument is the file; commands come as lines
 * on stdin, answers go as lines to stdout, written at once: what was answered before a kill has arrived.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { openDatabase } from "../../functions/core/adapters/sqlite/database.ts";
import { createSqliteStore, type SqliteStore } from "../../functions/core/adapters/sqlite/sqlite-store.ts";
import { aLock, aRun } from "./store-records.ts";

const say = (line: string): void => void writeSync(1, `${line}\n`);

/** Several writers at once create locks without end, and one counts a run upwards; each answer is said. */
async function writeForEver(store: SqliteStore, prefix: string): Promise<void> {
  const create = async (writer: number): Promise<never> => {
    for (let at = 0; ; at += 1) {
      const { name } = await store.create("Lock", `${prefix}-${writer}-${at}`, aLock({ what: "x".repeat(300) }));
      say(`lock ${name}`);
    }
  };
  const count = async (): Promise<never> => {
    let run = (await store.read("Run", "counter")) ?? (await store.create("Run", "counter", aRun()));
    for (;;) {
      run = await store.replace("Run", "counter", aRun({ ordinal: run.record.ordinal + 1 }), run.version);
      say(`counter ${run.record.ordinal}`);
    }
  };
  await Promise.all([create(0), create(1), create(2), create(3), count()]);
}

const [file = ""] = process.argv.slice(2);
try {
  const store = createSqliteStore(openDatabase(file));
  say("open");
  for await (const line of createInterface({ input: process.stdin })) {
    const [command = "", name = ""] = line.split(" ");
    if (command === "write-for-ever") await writeForEver(store, name);
    await store.create("Run", name, { ...aRun(), note: "x".repeat(20_000) }).then(
      () => say(`created ${name}`),
      (error: unknown) => say(`${error instanceof Error ? error.name : "?"} ${name} ${String(error)}`),
    );
  }
} catch (error) {
  say(`failed ${error instanceof Error ? `${error.name} ${error.message}` : String(error)}`);
}

/** The store in a process that is killed, or whose disk refuses writes: really, by the kernel. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../functions/core/adapters/sqlite/database.ts";
import { createSqliteStore } from "../../functions/core/adapters/sqlite/sqlite-store.ts";
import { createSqliteSwitch } from "../../functions/core/adapters/sqlite/sqlite-switch.ts";
import { temporaryDirectory } from "./store-setup.ts";

const CHILD = [process.execPath, "--import", "tsx", join(import.meta.dirname, "store-child.ts")];
const ANSWER_WITHIN_MS = 15_000;
const NOBODY = 65_534;

interface Child {
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  say(line: string): void;
  /** The first line for which `wanted` holds. @throws Error after the deadline, with what was said */
  wait(wanted: (line: string, at: number) => boolean): Promise<string>;
  kill(): Promise<void>;
}

let directory: ReturnType<typeof temporaryDirectory>;
let file: string;
const children: Child[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  file = join(directory.path, "store.db");
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  directory.remove();
});

/** Root may write everywhere, so this test runs its child as nobody: who must be able to run this Node and to read this checkout. */
function canBeNobody(): boolean {
  if (process.getuid?.() !== 0) return true;
  const script = `require("node:fs").accessSync(${JSON.stringify(CHILD.at(-1))})`;
  return spawnSync(process.execPath, ["-e", script], { uid: NOBODY, stdio: "ignore" }).status === 0;
}

function start(command: readonly string[], options: { uid?: number } = {}): Child {
  const [program = "", ...args] = [...command, file];
  const process = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], ...options });
  const lines: string[] = [];
  const reader = createInterface({ input: process.stdout }).on("line", (line) => lines.push(line));
  const ended = Promise.all([once(process, "exit"), once(reader, "close")]);
  const wait = async (wanted: (line: string, at: number) => boolean): Promise<string> => {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    for (;;) {
      const found = lines.find(wanted);
      if (found !== undefined) return found;
      await once(reader, "line", { signal }).catch(() => {
        throw new Error(`not said in time; said: ${lines.slice(-5).join(" | ")}`);
      });
    }
  };
  const kill = async (): Promise<void> => {
    process.kill("SIGKILL");
    await ended;
  };
  const child = { process, lines, say: (line: string) => void process.stdin.write(`${line}\n`), wait, kill };
  children.push(child);
  return child;
}

describe("kill -9 while it writes", () => {
  it("loses no answered write in 8 kills, and the next process needs no help", async () => {
    const answered = new Set<string>();
    let counted = 0;
    for (let round = 0; round < 8; round += 1) {
      const child = start(CHILD);
      await child.wait((line) => line === "open");
      child.say(`write-for-ever r${round}`);
      await child.wait((_line, at) => at > 5 + round * 37);
      await child.kill();
      for (const [what, name = ""] of child.lines.map((line) => line.split(" "))) {
        if (what === "lock") answered.add(name);
        if (what === "counter") counted = Number(name);
      }
      const database = openDatabase(file);
      const store = createSqliteStore(database);
      const lost: string[] = [];
      for (const name of answered) if ((await store.read("Lock", name)) === undefined) lost.push(name);
      expect(lost).toEqual([]);
      expect((await store.read("Run", "counter"))?.record.ordinal).toBeGreaterThanOrEqual(counted);
      expect(database.sql.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" });
      database.close();
    }
    expect(answered.size).toBeGreaterThan(500);
  });

  it("keeps a second process out until it is dead, and lets a command pause it meanwhile", async () => {
    const child = start(CHILD);
    await child.wait((line) => line === "open");
    expect(() => openDatabase(file)).toThrow(`in use by process ${child.process.pid} on `);
    const beside = openDatabase(file, { owner: false });
    await createSqliteSwitch(beside, { now: () => 5, after: () => () => undefined }).pause({ reason: "from beside" });
    beside.close();
    await child.kill();
    const database = openDatabase(file);
    expect(await createSqliteSwitch(database, { now: () => 5, after: () => () => undefined }).read()).toMatchObject({ pause: { reason: "from beside" } });
    database.close();
  });
});

describe("the disk refuses", () => {
  it.skipIf(!existsSync("/usr/bin/prlimit"))("answers Unavailable when writes fail with I/O errors, and goes on by itself when they work again", async () => {
    const child = start(["/bin/sh", "-c", `trap "" XFSZ; ulimit -S -f 400; exec "$@"`, "sh", ...CHILD]);
    await child.wait((line) => line === "open");
    for (let at = 0; at < 30; at += 1) child.say(`create run-${at}`);
    await child.wait((line) => / run-29( |$)/.test(line));
    const failed = child.lines.filter((line) => line.startsWith("Unavailable"));
    expect(failed.length).toBeGreaterThan(0);
    expect(child.lines.filter((line) => line.startsWith("created")).length + failed.length).toBe(30);
    execFileSync("/usr/bin/prlimit", ["--pid", String(child.process.pid), "--fsize=unlimited"]);
    child.say("create after");
    expect(await child.wait((line) => / after( |$)/.test(line))).toBe("created after");
    await child.kill();
    const database = openDatabase(file);
    const { items } = await createSqliteStore(database).list("Run", { limit: 500 });
    database.close();
    const created = child.lines.flatMap((line) => (line.startsWith("created ") ? [line.slice("created ".length)] : []));
    expect(items.map(({ name }) => name)).toEqual([...created].sort());
  });

  it.skipIf(!canBeNobody())("answers Unavailable at the start where the files are read-only", async () => {
    openDatabase(file).close();
    for (const path of [file, `${file}.lock`]) chmodSync(path, 0o444);
    chmodSync(directory.path, 0o555);
    const child = start(CHILD, process.getuid?.() === 0 ? { uid: NOBODY } : {});
    expect(await child.wait((line) => line.startsWith("failed"))).toMatch(/^failed Unavailable sqlite: open .*store\.db/);
    chmodSync(directory.path, 0o755);
    expect(() => openDatabase(file).close()).not.toThrow();
  });
});

/** Several lives of the real process on one folder, with something changed between them: another version's code, an empty store, no memory. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../functions/core/adapters/sqlite/database.ts";
import { localFiles } from "../../functions/core/boot/local-files.ts";
import { finish, live, withFolder } from "./run-story.ts";

type Json = Record<string, unknown>;

/** Rewrites the incident's run as the code of another version would have written it. */
function rewriteRun(data: string, change: (run: Json) => Json): void {
  const database = openDatabase(localFiles(data).store);
  const rows = database.sql.prepare("SELECT name, json FROM records WHERE kind = 'Run'").all() as { name: string; json: string }[];
  for (const { name, json } of rows) {
    const run = JSON.parse(json) as Json;
    if (run["incident"] === undefined) continue;
    database.sql.prepare("UPDATE records SET json = ? WHERE kind = 'Run' AND name = ?").run(JSON.stringify(change(run)), name);
  }
  database.close();
}

function readRun(data: string): Json {
  const found: Json[] = [];
  rewriteRun(data, (run) => (found.push(run), run));
  return found[0] ?? {};
}

const mapped = (list: unknown, change: (item: Json) => Json): Json[] => (list as Json[]).map(change);

describe.concurrent("a process that starts again", { timeout: 300_000 }, () => {
  it("ends the step of a function that runs out of memory on every attempt after five, and the run says so", async () => {
    await withFolder(async (data) => {
      // The kernel's way to end what takes too much memory is SIGKILL, in the middle of the work.
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        expect((await live(data, { crashAt: "tool-call:after-claim:1" })).signal, `attempt ${attempt}`).toBe("SIGKILL");
      }
      const told = await finish(data, { crashAt: "tool-call:after-claim:1" });
      expect(told).toMatchObject({ phase: "failed", runs: 1, pulls: 0, issues: 1, repeated: 0 });
      expect(told.outcome).toContain("gave up after 5 attempts that ended without a result");
    });
  });

  it("goes on with a run that newer code wrote, keeps what it does not know, and does without what older code left out", async () => {
    await withFolder(async (data) => {
      await live(data, { crashAt: "change-propose:after-effect:1" });
      rewriteRun(data, (run) => ({
        ...run,
        mood: "new",
        steps: mapped(run["steps"], (step) => ({ ...step, colour: "green" })),
        changes: mapped(run["changes"], (change) => ({ ...change, weight: 7 })),
        outbox: mapped(run["outbox"], (entry) => ({ ...entry, priority: 1 })),
      }));
      await live(data, { crashAt: "approval-comment:after-write:1" });
      rewriteRun(data, ({ warnings: _warnings, stoodStillMs: _stoodStill, ...run }) => run);
      expect(await finish(data)).toMatchObject({ phase: "succeeded", changes: ["verified"], runs: 1, pulls: 1, merges: 1, repeated: 0 });
      const run = readRun(data);
      expect(run).toMatchObject({ mood: "new", warnings: [], stoodStillMs: 0 });
      expect((run["steps"] as Json[])[0]).toMatchObject({ colour: "green" });
      expect((run["changes"] as Json[])[0]).toMatchObject({ weight: 7 });
    });
  });

  it.each(["change-propose:after-write:1", "approval-comment:after-write:1"])(
    "with its store emptied after %s makes no second pull request and no second merge, and asks for the approval again",
    async (crashAt) => {
      await withFolder(async (data) => {
        expect((await live(data, { crashAt })).signal).toBe("SIGKILL");
        for (const name of readdirSync(data)) if (name.startsWith("anchorwatch.db")) rmSync(join(data, name));
        const told = await finish(data);
        expect(told).toMatchObject({ phase: "succeeded", changes: ["verified"], pulls: 1, merges: 1, repeated: 0 });
        expect(told.approvals).toBe(crashAt.startsWith("approval-comment") ? 2 : 1);
      });
    },
  );
});

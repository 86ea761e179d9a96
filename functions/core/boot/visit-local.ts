/** A second process at the local data folder: for status, pause, resume, stop, and for speaking as a person. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { openDatabase } from "../adapters/sqlite/database.ts";
import { createSqliteStore } from "../adapters/sqlite/sqlite-store.ts";
import { createSqliteSwitch } from "../adapters/sqlite/sqlite-switch.ts";
import { createHttp } from "../adapters/http.ts";
import { createWallClock } from "../adapters/wall-clock.ts";
import { LOCAL_REPOSITORY } from "./local-world.ts";
import { decideFact } from "../engine/decide.ts";
import type { Run } from "../records/run.ts";
import type { Store } from "../ports/store.ts";
import type { SwitchControl } from "../ports/switch.ts";
import { moveRun } from "../shell/runs.ts";
import { readEnvironment } from "./environment.ts";
import { localFiles } from "./local-files.ts";
import { readLocalSecrets } from "./local-secrets.ts";

const RunningSchema = z.object({ baseUrl: z.string(), pid: z.number() });

export interface Visit {
  readonly directory: string;
  readonly store: Store;
  readonly switch: SwitchControl;
  /** Ends a run, as `/stop` does. @returns the run afterwards, or undefined when there is none */
  stopRun(runId: string, by: string): Promise<Run | undefined>;
  /** Comments as a person on a pull request or issue of the running process. @throws Unavailable, Refused */
  comment(number: number, body: string, login: string): Promise<void>;
  close(): void;
}

/** @throws Error naming the folder where nothing has run yet */
export function visitLocal(): Visit {
  const { data: directory, minuteMs } = readEnvironment();
  const files = localFiles(directory);
  const running = readRunning(files.running, directory);
  const clock = createWallClock();
  const database = openDatabase(files.store, { owner: false });
  const store = createSqliteStore(database);
  const control = createSqliteSwitch(database, clock);
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const shell = { store, clock, switch: control, minuteMs, holder: "command line", log: quiet, events: { post: () => Promise.resolve() } };
  return {
    directory,
    store,
    switch: control,
    stopRun: (runId, by) => moveRun(shell, runId, (run, context) => decideFact(run, { fact: "stop", by }, context)),
    async comment(number, body, login) {
      const token = readLocalSecrets(files.secrets).tokens[login];
      if (token === undefined) throw new Error(`nobody is called ${login} here`);
      const http = createHttp({ secrets: [token] });
      const name = `POST /repos/${LOCAL_REPOSITORY}/issues/${number}/comments`;
      const call = {
        name,
        method: "POST",
        url: `${running.baseUrl}/api/v1/repos/${LOCAL_REPOSITORY}/issues/${number}/comments`,
        headers: { authorization: `token ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ body }),
      };
      const answer = await http.send(call);
      if (answer.status >= 300) throw http.failure(call, answer, answer.text.slice(0, 200));
    },
    close: () => database.close(),
  };
}

function readRunning(file: string, directory: string): z.infer<typeof RunningSchema> {
  try {
    return RunningSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new Error(`${directory}: nothing has run there yet; begin with \`npm start -- --keep\``, { cause: error });
  }
}

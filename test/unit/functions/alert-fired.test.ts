/** An alert that nobody has a workflow for is ignored only once that is known; until then its sender keeps it. */
import { describe, expect, it } from "vitest";
import { decideStart } from "../../../functions/core/engine/decide.ts";
import { repositoryRun, repositoryRunId } from "../../../functions/core/engine/start.ts";
import { alertmanagerBody } from "../../../functions/core/local/alertmanager.ts";
import { consume } from "../../../functions/core/shell/consume.ts";
import { contextOf, createRun } from "../../../functions/core/shell/runs.ts";
import { serveAlertFired } from "../../../functions/alert-fired.ts";
import { giteaPush } from "../../../functions/gitea-push.ts";
import { aShell, NOW } from "../shell/a-shell.ts";

const REPOSITORY = { id: 7, name: "home/gitops", defaultBranch: "main" };

describe("an alert that nobody has a workflow for", () => {
  it("is sent again until the workflow files have been read, and then ignored", async () => {
    const bench = aShell();
    const app = serveAlertFired({ shell: bench.shell, authenticate: () => true, repositories: [REPOSITORY] });
    const alert = { labels: { alertname: "NobodysAlert" }, annotations: {}, status: "firing" as const, startsAt: NOW };
    const body = JSON.stringify(alertmanagerBody([alert]));
    const post = async (): Promise<number> => (await app.request("/", { method: "POST", headers: { "content-type": "application/json" }, body })).status;
    expect(await post(), "without the standing run").toBe(503);

    const runId = repositoryRunId(REPOSITORY);
    const context = await contextOf(bench.shell, runId);
    await createRun(bench.shell, runId, decideStart(repositoryRun(REPOSITORY, "main", context), context));
    expect(await post(), "before the first reading").toBe(503);

    const owed = bench.posted.find(({ type }) => type === "catalog.requested");
    const reading = { ...giteaPush, handle: () => Promise.resolve({ result: "catalog-loaded" as const }) };
    await consume(reading, { id: owed?.id ?? "", runId }, { shell: bench.shell, connect: () => ({}) as never });
    expect(await post(), "after it").toBe(202);
  });
});

describe("workflows of several repositories", () => {
  const APPS = { id: 8, name: "home/apps", defaultBranch: "trunk" };
  const GONE = { id: 9, name: "home/gone", defaultBranch: "main" };
  const CRASH = { alertname: "KubePodCrashLooping" };

  /** Files of one name, each for alerts with these labels; then the alert, and where its run's workflow stands. */
  async function startedIn(files: readonly (readonly [typeof APPS, Record<string, string>])[]): Promise<string | undefined> {
    const bench = aShell();
    for (const [{ id, name }, labels] of files) {
      const steps = [{ id: "look", tool: "find_problems", with: {}, needs: [] }];
      const compiled = { name: "crash-loop", on: { alert: { labels } }, timeoutMs: 60_000, steps };
      const source = { repository: { id, name }, path: ".anchorwatch/pipelines/crash-loop.yaml", commit: "a".repeat(40) };
      await bench.shell.store.create("Pipeline", `pipeline-${id}`, { schema: 1, valid: true, source, compiled });
    }
    const app = serveAlertFired({ shell: bench.shell, authenticate: () => true, repositories: [REPOSITORY, APPS] });
    const alert = { labels: { ...CRASH, namespace: "web" }, annotations: {}, status: "firing" as const, startsAt: NOW };
    const body = JSON.stringify(alertmanagerBody([alert]));
    await app.request("/", { method: "POST", headers: { "content-type": "application/json" }, body });
    const run = (await bench.shell.store.list("Run")).items.find(({ record }) => record.incident !== undefined)?.record;
    return run && `${run.spec.repository.name}@${run.spec.baseRef}`;
  }

  it("are told apart by what they say of the alert, and where they say the same by the order of the list", async () => {
    const most = { ...CRASH, namespace: "web" };
    expect(
      await startedIn([
        [APPS, CRASH],
        [REPOSITORY, CRASH],
      ]),
    ).toBe("home/gitops@main");
    expect(
      await startedIn([
        [REPOSITORY, CRASH],
        [APPS, most],
      ]),
    ).toBe("home/apps@trunk");
  });

  it("do nothing any more once their repository is taken off the list", async () => {
    expect(await startedIn([[GONE, CRASH]])).toBeUndefined();
  });
});

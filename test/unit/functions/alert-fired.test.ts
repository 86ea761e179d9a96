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
    const app = serveAlertFired({ shell: bench.shell, authenticate: () => true, repository: REPOSITORY });
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

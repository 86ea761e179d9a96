/** The one issue in which a report is kept up to date: found again by a hidden line of ours, and never opened a second time. */
import type { Forge } from "../ports/forge.ts";
import type { Store } from "../ports/store.ts";
import type { Health } from "../records/health.ts";
import type { Thread } from "../records/run.ts";
import type { Effect } from "../shell/define-function.ts";
import { healthMarkdown, healthTitle } from "../text/health-report.ts";

/** Reports have a label of their own: among the issues of incidents theirs would be lost. */
const REPORT_LABEL = "anchorwatch-report";

interface KeepDeps {
  readonly forge: Forge;
  readonly ourUserIds: readonly number[];
}

/** What the run has reported. @throws Error where it has not */
export async function reportOf(store: Store, { run, runId }: Effect<unknown>): Promise<Health> {
  for (const { result } of run.steps) {
    const health = result === undefined ? undefined : (await store.read("ToolResult", result))?.record.health;
    if (health) return health;
  }
  throw new Error(`run ${runId} has made no report`);
}

/** Writes the report into its issue, which stays closed where somebody has closed it. @returns the issue */
export async function keepReport(effect: Effect<unknown>, health: Health, deps: KeepDeps): Promise<Thread> {
  const { repository, pipeline } = effect.run.spec;
  const name = pipeline?.name ?? "report";
  const marker = `<!-- anchorwatch report=${name} -->`;
  const footer = `_This issue is kept up to date by the workflow \`${name}\`. You may close it: it goes on being written, and nobody is told by it._`;
  const issue = { title: healthTitle(health), body: `${healthMarkdown(health)}\n\n${footer}\n${marker}` };
  const ours = async (): Promise<readonly { number: number; state: "open" | "closed" }[]> =>
    (await deps.forge.issues(repository, REPORT_LABEL))
      .filter(({ author, body }) => deps.ourUserIds.includes(author.id) && body.trimEnd().endsWith(marker))
      .toSorted((a, b) => a.number - b.number);
  const [kept] = await ours();
  await effect.guard();
  await (kept ? deps.forge.editIssue(repository, kept.number, issue) : deps.forge.openIssue(repository, { ...issue, label: REPORT_LABEL }));
  const [oldest, ...younger] = await ours();
  for (const extra of younger.filter(({ state }) => state === "open")) await deps.forge.closeIssue(repository, extra.number);
  if (!oldest) throw new Error(`the issue of ${name} was written and is not listed`);
  return { repository, number: oldest.number, kind: "issue" };
}

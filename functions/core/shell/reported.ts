/** Which run made the last health report of a workflow: a pointer that holds nothing, so that the next report can say what changed. */
import type { Health } from "../records/health.ts";
import { hashId } from "../records/ids.ts";
import type { Run } from "../records/run.ts";
import { pointTo } from "./pointers.ts";
import type { Shell } from "./shell.ts";

function pointerName({ spec }: Run): string {
  return `reported-${hashId("reported", spec.repository.id, spec.pipeline?.name ?? "")}`;
}

/** The report of the run that the pointer names, unless that is this run; undefined where none is kept any more. @throws Unavailable */
export async function earlierHealth(shell: Shell, runId: string, run: Run): Promise<Health | undefined> {
  const pointer = await shell.store.read("Lock", pointerName(run));
  if (!pointer || pointer.record.run === runId) return undefined;
  const { items } = await shell.store.list("ToolResult", { where: { run: pointer.record.run }, limit: 50 });
  return items.find(({ record }) => record.health !== undefined)?.record.health;
}

/** From now on the next report is compared with this run's. @throws Unavailable */
export async function noteReported(shell: Shell, runId: string, run: Run): Promise<void> {
  await pointTo(shell, pointerName(run), { run: runId, what: `reported by ${run.spec.pipeline?.name ?? "a run"}` });
}

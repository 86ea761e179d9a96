/** One look for everything that ended runs have left to people: what is gone is said on its issue, which is closed (design 8.4). */
import { decideFact } from "../engine/decide.ts";
import type { Cause } from "../records/finding.ts";
import { isSameObject } from "../records/read-object.ts";
import type { Run } from "../records/run.ts";
import { moveRun } from "../shell/runs.ts";
import type { Shell } from "../shell/shell.ts";

const PAGE = 50;

/** Looks once, and only where there is something to look after. @param see the causes now; undefined where they cannot be seen */
export async function lookAfterAll(shell: Shell, see: () => Promise<readonly Cause[] | undefined>): Promise<void> {
  let causes: readonly Cause[] | undefined;
  let after: string | undefined;
  do {
    const page = await shell.store.list("Run", { where: { watch: "yes" }, limit: PAGE, ...(after !== undefined && { after }) });
    if (page.items.length > 0) causes ??= await see();
    if (!causes) return;
    for (const { name, record } of page.items) {
      const gone = isGone(record.watch, causes);
      await moveRun(shell, name, (run, context) => decideFact(run, { fact: "watched", gone }, context));
    }
    after = page.next;
  } while (after !== undefined);
}

/** Without a cause there is nothing to see, and the alerts say when it is over. */
function isGone(watch: Run["watch"], causes: readonly Cause[]): boolean {
  const wanted = watch?.cause;
  if (!wanted) return true;
  const isOfIt = (cause: Cause): boolean => cause.category === wanted.category || cause.findings.some((finding) => finding.category === wanted.category);
  return !causes.some((cause) => isSameObject(cause.object, wanted.object) && isOfIt(cause));
}

/** `clear_completed_jobs`: the oldest jobs of a namespace that succeeded a while ago are deleted, with their pods. */
import * as z from "zod";
import { whyNamespaceProtected } from "../policy/actions/protected-objects.ts";
import { chooseJobs, keptWords } from "../policy/actions/finished-jobs.ts";
import { type Acted, defineAction, type Looked, objectName } from "./action-tool.ts";
import { parseTimeout } from "../workflow/timeout.ts";

const MINUTE_MS = 60_000;

/** Shorter is no clean-up but a race with whoever reads the job's log. */
const LEAST_MINUTES = 5;

const olderThan = z
  .string()
  .default("1h")
  .transform((text, context) => {
    const minutes = (parseTimeout(text) ?? 0) / MINUTE_MS;
    if (minutes < LEAST_MINUTES) context.addIssue({ code: "custom", message: `must be a duration like \`30m\` or \`2h\`, at least ${LEAST_MINUTES}m` });
    return minutes;
  });

export const clearCompletedJobs = defineAction(z.looseObject({ namespace: objectName, "older-than": olderThan }), {
  async look({ namespace, "older-than": minutes }, { cluster, now, minuteMs }): Promise<Looked> {
    const forbidden = whyNamespaceProtected(namespace);
    if (forbidden !== undefined) return { refusal: `I clear no jobs there: ${forbidden}` };
    const chosen = chooseJobs(await cluster.snapshot(), { namespace, finishedBefore: now - minutes * minuteMs });
    if (chosen.targets.length === 0) {
      const kept = keptWords(chosen.kept);
      return kept === "" ? { nothing: `there are no jobs in ${namespace}` } : { refusal: `I clear none of the jobs in ${namespace}: ${kept}` };
    }
    const count = chosen.targets.length;
    const names = chosen.targets.map(({ object }) => object.name);
    const rest = [...(chosen.left > 0 ? [`${chosen.left} more are left for the next time`] : []), keptWords(chosen.kept)].filter((part) => part !== "");
    const words = `delete ${count} finished job${count === 1 ? "" : "s"} in ${namespace}, the oldest first${rest.length === 0 ? "" : ` (${rest.join("; ")})`}`;
    const command = `kubectl delete jobs --namespace ${namespace} ${names.join(" ")}`;
    return { intent: { subject: { kind: "Namespace", name: namespace }, targets: chosen.targets, words: words.slice(0, 512), command } };
  },
  async act({ targets }, { actuator, cluster, guard }): Promise<Acted> {
    let deleted = 0;
    for (const target of targets) {
      const live = await cluster.read(target.object);
      if (live?.metadata.uid !== target.uid) continue;
      await guard();
      if ((await actuator.deleteJob(target)) === "deleted") deleted += 1;
    }
    return { done: `${targets.length} finished jobs are gone${deleted < targets.length ? `, ${targets.length - deleted} of them already before` : ""}` };
  },
});

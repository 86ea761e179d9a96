/** The health of the whole cluster as a tool: what a night's report is made of. It only reads. */
import * as z from "zod";
import { jsonBytes } from "../records/canonical.ts";
import type { Health } from "../records/health.ts";
import { RECORD_MAX_BYTES } from "../records/limits.ts";
import { redact } from "../text/redact.ts";
import { diagnose } from "../triage/diagnose.ts";
import { hasNews, healthOf } from "../triage/health.ts";
import { lookAround } from "./look-around.ts";
import { measure } from "./measure.ts";
import { defineTool, type ToolOutcome } from "./tool.ts";

/** Room in a ToolResult, with some to spare for the record around it. */
const MAX_BYTES = RECORD_MAX_BYTES - 8 * 1024;

/** Looks at everything once, and compares with the report before; `news` in its output says whether people should hear of it. */
export const healthReport = defineTool({
  name: "health_report",
  description: "Reports on the whole cluster: what is wrong, what changed since the last report, what will break soon, what is ignored until when.",
  input: z.looseObject({}),
  tier: "observe",
  run: async (_input, ports): Promise<ToolOutcome> => {
    const [objects, measured, rules, earlier] = await Promise.all([lookAround(ports), measure(ports.metrics), ports.ignores?.(), ports.earlierHealth?.()]);
    const diagnosis = diagnose(objects, ports.clock.now());
    const health = fitting(withoutSecrets(healthOf({ diagnosis, rules: rules ?? [], measured, earlier })));
    return { health, output: healthOutput(health) };
  },
});

/** What expressions see of a report. */
export function healthOutput(health: Health): Readonly<Record<string, unknown>> {
  const { causes, more, gone, soon, ignored } = health;
  const kept = ignored.reduce((sum, rule) => sum + rule.causes, 0);
  return { report: true, news: hasNews(health), causes: causes.length + more, gone: gone.length, soon: soon.length, ignored: kept };
}

/** Messages of the cluster are quoted: what looks like a secret in them is in no record (safety T23). */
function withoutSecrets(health: Health): Health {
  return { ...health, causes: health.causes.map((cause) => ({ ...cause, title: redact(cause.title), detail: redact(cause.detail) })) };
}

function fitting(health: Health): Health {
  const { causes } = health;
  for (let count = causes.length; ; count -= 1) {
    const cut = { ...health, causes: causes.slice(0, count), more: health.more + causes.length - count };
    if (count === 0 || jsonBytes(cut) <= MAX_BYTES) return cut;
  }
}

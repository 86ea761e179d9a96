/** A health report that a step has made: it is said when it is there. */
import * as z from "zod";
import type { Run } from "../records/run.ts";
import type { Context } from "./context.ts";
import { oweNotice } from "./notices.ts";

const ReportOutputSchema = z.looseObject({ report: z.literal(true), news: z.boolean() });

/** Owes the issue in any case, and a message where there is something that people have not been told. */
export function sayReport(run: Run, output: unknown, context: Context): Run {
  const report = ReportOutputSchema.safeParse(output);
  return report.success ? oweNotice(run, { say: "report", chat: report.data.news }, context) : run;
}

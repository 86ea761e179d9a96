/** Prints the table of functions and the picture of the flow for ARCHITECTURE.md, from the event catalog and the function definitions. */
import { approvalComment } from "../../approval-comment.ts";
import { changeMerge } from "../../change-merge.ts";
import { changePlan } from "../../change-plan.ts";
import { changePropose } from "../../change-propose.ts";
import { changeVerify } from "../../change-verify.ts";
import { cronTick } from "../../cron-tick.ts";
import { giteaPush } from "../../gitea-push.ts";
import { notify } from "../../notify.ts";
import { runAdvance } from "../../run-advance.ts";
import { safeAction } from "../../safe-action.ts";
import { toolCall } from "../../tool-call.ts";

const DEFINITIONS = [toolCall, safeAction, changePlan, changePropose, changeMerge, changeVerify, notify, approvalComment, giteaPush, runAdvance] as const;

/** Markdown: one row for each function that consumes an event, then the flow of the story. */
export function flowTable(): string {
  const rows = DEFINITIONS.map(({ name, consumes, limitMs }) => `| \`${name}\` | \`${consumes.type}\` | ${limitMs / 1000} s |`);
  const arrows = DEFINITIONS.map(({ name, consumes }) => `  run -- ${consumes.type.replace("dev.anchorwatch.", "")} --> ${name}\n  ${name} -- result --> run`);
  return [
    "| function | consumes | limit |",
    "| --- | --- | --- |",
    ...rows,
    `| \`${cronTick.name}\` | \`${cronTick.consumesType}\` | ${cronTick.limitMs / 1000} s |`,
    "",
    "```mermaid",
    "flowchart LR",
    "  Alertmanager --> alert-fired --> run",
    ...arrows,
    "  cron-tick -- sweep --> run",
    "```",
  ].join("\n");
}

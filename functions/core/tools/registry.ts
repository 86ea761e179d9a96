/** Every tool that `tool-call` runs; to add one, write its file and its line here. */
import { findProblems } from "./find-problems.ts";
import { healthReport } from "./health-report.ts";
import { waitForRecovery } from "./wait-for-recovery.ts";
import type { Tool } from "./tool.ts";

export const TOOLS: readonly Tool[] = [findProblems, waitForRecovery, healthReport];

/** Finds a tool by the name that workflow files use. */
export function toolNamed(name: string): Tool | undefined {
  return TOOLS.find((tool) => tool.name === name);
}

/** The import table of the design: which room may import which, and what each may have from outside. */

/** Rooms that compute: no clock, network, files or randomness, and only packages that compute, too. */
export const PURE_ROOMS = ["records", "text", "events", "workflow", "engine", "triage", "checks", "changes", "approval", "policy", "ports"] as const;

/** What stands between the functions and the pure rooms: rules that read records and ports to decide, plan and propose. */
const MIDDLE_ROOMS = ["building", "judgement", "planning", "proposal", "acting"] as const;

const CORE_FOR_FUNCTIONS = [...PURE_ROOMS, ...MIDDLE_ROOMS, "tools", "agents", "shell"] as const;

/** A room may always import itself; functions are the exception, each is a bundle of its own. */
export const IMPORT_TABLE: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ["records", []],
  ["text", ["records"]],
  ["events", ["records"]],
  ["ports", ["records", "events"]],
  ["workflow", ["records"]],
  ["engine", ["records", "events", "workflow"]],
  ["triage", ["records"]],
  ["checks", ["records", "text", "triage"]],
  ["changes", ["records"]],
  ["approval", ["records"]],
  ["policy", ["records"]],
  ["building", ["records", "ports", "changes"]],
  ["tools", ["records", "text", "ports", "triage", "changes", "building"]],
  ["agents", ["records", "text", "ports", "policy", "tools"]],
  ["shell", ["records", "text", "events", "ports", "engine", "policy"]],
  ["judgement", ["records", "text", "events", "ports", "engine", "changes", "approval", "policy", "shell"]],
  ["planning", ["records", "text", "events", "ports", "engine", "triage", "checks", "changes", "approval", "policy", "building", "shell", "judgement"]],
  ["proposal", ["records", "text", "events", "ports", "engine", "changes", "approval", "shell", "judgement"]],
  ["acting", ["records", "events", "ports", "engine", "workflow", "triage", "policy", "shell", "judgement"]],
  ["adapters", ["records", "text", "events", "ports"]],
  ["local", ["records", "text", "events", "ports", "adapters"]],
  ["boot", [...CORE_FOR_FUNCTIONS, "adapters", "local", "functions"]],
  ["functions", CORE_FOR_FUNCTIONS],
  ["scripts", [...PURE_ROOMS, "boot"]],
]);

/** Packages by the rooms that may have them; a package that is not here may be had by every room outside the pure ones. */
export const PACKAGES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ["zod", [...IMPORT_TABLE.keys()]],
  ["yaml", [...IMPORT_TABLE.keys()]],
  ["diff", [...IMPORT_TABLE.keys()]],
  ["croner", [...IMPORT_TABLE.keys()]],
  ["@bufbuild/re2", [...IMPORT_TABLE.keys()]],
  ["croner", [...IMPORT_TABLE.keys()]],
  ["@marcbachmann/cel-js", ["workflow"]],
  ["cloudevents", ["events", "ports", "shell", "adapters", "local"]],
  ["simple-git", ["adapters", "local"]],
  ["libsql", ["adapters", "local"]],
  ["@kubernetes/client-node", ["adapters"]],
  ["@anthropic-ai/sdk", ["adapters"]],
  ["@hono/node-server", ["local", "boot"]],
  ["pino", ["adapters"]],
  ["commander", ["scripts"]],
  ["@commander-js/extra-typings", ["scripts"]],
]);

/** The room of a file; undefined for tests and root files, which may import everything. */
export function roomOf(path: string): string | undefined {
  const core = /^functions\/core\/([^/]+)\//.exec(path)?.[1];
  if (core !== undefined) return core;
  if (path.startsWith("functions/")) return "functions";
  return path.startsWith("scripts/") ? "scripts" : undefined;
}

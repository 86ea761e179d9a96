/** Logs as JSON lines through pino: redacted here, so that no caller can forget it. */
import { pino } from "pino";
import type { Log } from "../ports/log.ts";
import { redact } from "../text/redact.ts";

/**
 * @param destination a file's path, or stdout where it is absent
 * @param secrets values that must never be shown
 */
export function createLog(options: { level: string; destination?: string; secrets: readonly string[] }): Log {
  const settings = { level: options.level, base: null };
  const logger = options.destination === undefined ? pino(settings) : pino(settings, pino.destination({ dest: options.destination, sync: true, mkdir: true }));
  const clean = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? redact(value, options.secrets) : value]));
  return {
    info: (fields, message) => logger.info(clean(fields), message),
    warn: (fields, message) => logger.warn(clean(fields), message),
    error: (fields, message) => logger.error(clean(fields), message),
  };
}

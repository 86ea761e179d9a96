/** Cron as Knative's PingSource takes it: five fields, or six with seconds; no `@every`, and Sunday is 0. */
import { Cron } from "croner";

const NUMBER_OR_NAME = "(?:\\d{1,2}|[A-Za-z]{3})";
const PART = `(?:[*?]|${NUMBER_OR_NAME}(?:-${NUMBER_OR_NAME})?)(?:/\\d{1,2})?`;
const FIELD = new RegExp(`^${PART}(?:,${PART})*$`);

/** `croner` takes more than Knative does, so the form is checked first, then the ranges by `croner`. */
export function isSchedule(text: string): boolean {
  const fields = text.trim().split(/\s+/);
  if (fields.length < 5 || fields.length > 6 || !fields.every((field) => FIELD.test(field))) return false;
  if (/(^|[,-])7/.test(fields.at(-1) ?? "")) return false;
  try {
    return new Cron(text, { paused: true }).getPattern() !== undefined;
  } catch {
    return false;
  }
}

/** A name that the time zone database has. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

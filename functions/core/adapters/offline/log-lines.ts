/** The text of a log without what the runtime puts before its lines, and the time that it tells. */
import * as z from "zod";
import { instantOf } from "./newest-time.ts";

/** `2026-11-25T07:50:10.123456789Z stdout F the line`, as containerd writes it; `F` ends a line, `P` is a part of one. */
const CRI = /^(\S{20,40}) std(?:out|err) ([FP])(?: |$)/;
/** `kubectl logs --timestamps`. */
const STAMPED = /^(\d{4}-\d\d-\d\dT\S{9,30}) /;
const DockerLineSchema = z.looseObject({ log: z.string(), time: z.string() });

export interface LogText {
  readonly text: string;
  /** The newest time before a line, in ms since the epoch. */
  readonly newestAt: number | undefined;
}

/** Reads a log as `kubectl logs` shows it, whoever wrote it down. */
export function readLogText(raw: string): LogText {
  let newestAt: number | undefined;
  let text = "";
  for (const line of raw.split(/\r?\n/)) {
    const read = readLine(line);
    const at = read.time === undefined ? undefined : instantOf(read.time);
    if (at !== undefined && (newestAt === undefined || at > newestAt)) newestAt = at;
    text += read.text;
  }
  return { text: text.trimEnd(), newestAt };
}

function readLine(line: string): { readonly text: string; readonly time: string | undefined } {
  const cri = CRI.exec(line);
  if (cri) return { text: `${line.slice(cri[0].length)}${cri[2] === "F" ? "\n" : ""}`, time: cri[1] };
  const stamped = STAMPED.exec(line);
  if (stamped && instantOf(stamped[1] ?? "") !== undefined) return { text: `${line.slice(stamped[0].length)}\n`, time: stamped[1] };
  const docker = line.startsWith('{"log":') ? dockerLine(line) : undefined;
  return docker ? { text: docker.log, time: docker.time } : { text: `${line}\n`, time: undefined };
}

function dockerLine(line: string): z.infer<typeof DockerLineSchema> | undefined {
  try {
    return DockerLineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    // A line that was cut is a line like any other.
    return undefined;
  }
}

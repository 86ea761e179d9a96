/** Triage as a tool: what is wrong, what it comes from, and the fix that needs no judgement, if there is one (design 7.1). */
import * as z from "zod";
import { redact } from "../text/redact.ts";
import { baselineOf } from "../changes/verify.ts";
import { jsonBytes } from "../records/canonical.ts";
import type { Cause, OwnerApp, Remedy } from "../records/finding.ts";
import { formatField } from "../records/field-path.ts";
import { formatObject, ObjectRefSchema } from "../records/fields.ts";
import { IGNORE_PATH } from "../records/ignore.ts";
import { ERROR_MAX_LENGTH, OUTPUT_MAX_BYTES, RECORD_MAX_BYTES } from "../records/limits.ts";
import type { Problems } from "../records/tool-result.ts";
import { causesOfAlert, causesOfObject } from "../triage/alert-cause.ts";
import { diagnose, type Diagnosis } from "../triage/diagnose.ts";
import { ruleFor } from "../triage/ignored.ts";
import { type AlertJudgement, judgeAlert } from "../triage/judge-alert.ts";
import type { Remedied } from "../triage/remedies/remedied.ts";
import { lookAround } from "./look-around.ts";
import { remedyOf } from "./remedies.ts";
import { defineTool, type ToolOutcome, type ToolPorts } from "./tool.ts";

const MAX_CAUSES = 50;
/** Room in a ToolResult, with some to spare for the record around it. */
const MAX_BYTES = RECORD_MAX_BYTES - 8 * 1024;
/** Causes that expressions see. */
const MAX_SHOWN = 10;

const FindProblemsInput = z.looseObject({
  alert: z.looseObject({ labels: z.record(z.string().max(128), z.string().max(1024)) }).optional(),
  object: ObjectRefSchema.optional(),
});
type Asked = z.infer<typeof FindProblemsInput>;

/** Diagnoses the cluster; with an alert or an object, what is behind it, and its remedy. */
export const findProblems = defineTool({
  name: "find_problems",
  description: "Looks at the cluster without a model and says what is wrong, what it comes from, and which commit to take back where exactly one explains it.",
  input: FindProblemsInput,
  tier: "observe",
  run: async (asked, ports): Promise<ToolOutcome> => {
    // What an alert's name alone decides needs no look at the cluster.
    const idle = nothingToDo(judgementOf(asked));
    if (idle !== undefined) return kept({ causes: [], baseline: [], refusal: idle });
    const diagnosis = diagnose(await lookAround(ports), ports.clock.now());
    const { heard, ignored } = await withoutIgnored(diagnosis.causes, ports);
    const judged = judgementOf(asked, diagnosis);
    const causes = chosen({ ...diagnosis, causes: heard }, asked);
    const [first] = causes;
    const remedied = first ? await remedyFor(first, { causes, judged, diagnosis, ports }) : { refusal: nothingFound(judged, { causes: heard, ignored }) };
    const problems: Problems = {
      causes: await Promise.all(causes.slice(0, MAX_CAUSES).map((cause) => withRepository(cause, ports))),
      baseline: [...baselineOf(diagnosis.causes)],
      ...outcomeOf(remedied),
    };
    return kept(problems, ignored);
  },
});

function kept(problems: Problems, ignored = 0): ToolOutcome {
  const fitting = keepFitting(problems);
  return { problems: fitting, output: outputOf(fitting, ignored) };
}

/** What the question is about; undefined for the whole cluster. */
function judgementOf({ alert, object }: Asked, diagnosis?: Diagnosis): AlertJudgement | undefined {
  if (object) return { about: "objects", objects: [object] };
  return alert && judgeAlert(alert.labels, diagnosis?.snapshot);
}

/** Why an alert is no issue, in words; undefined where it may be one. */
function nothingToDo(judged: AlertJudgement | undefined): string | undefined {
  if (judged?.about === "heartbeat") return `nothing to do, a heartbeat: ${judged.reason}`;
  return judged?.about === "nothing" ? `nothing to do: ${judged.reason}` : undefined;
}

function outcomeOf(remedied: Remedied): Pick<Problems, "remedy" | "refusal" | "decide" | "wait"> {
  if ("remedy" in remedied) return { remedy: remedied.remedy };
  if ("wait" in remedied) return { wait: remedied.wait };
  const { refusal, decide } = remedied;
  return { refusal: refusal.slice(0, ERROR_MAX_LENGTH), ...(decide !== undefined && { decide: decide.slice(0, ERROR_MAX_LENGTH) }) };
}

function chosen({ causes, snapshot }: Diagnosis, { alert, object }: Asked): readonly Cause[] {
  if (object) return causesOfObject(causes, object);
  return alert ? causesOfAlert(causes, alert.labels, snapshot) : causes;
}

interface Found {
  readonly causes: readonly Cause[];
  readonly judged: AlertJudgement | undefined;
  readonly diagnosis: Diagnosis;
  readonly ports: ToolPorts;
}

/** A remedy is for one cause: where the question was about the whole cluster or a namespace, several are not chosen among. */
async function remedyFor(cause: Cause, { causes, judged, diagnosis, ports }: Found): Promise<Remedied> {
  if (judged?.about !== "objects" && causes.length > 1) return { refusal: `${causes.length} causes, and nothing says which one is meant` };
  return remedyOf(cause, diagnosis.snapshot, ports);
}

/** Leaves out what `ignore.yaml` speaks of; how many that are is always said. */
async function withoutIgnored(causes: readonly Cause[], { ignores, clock }: ToolPorts): Promise<{ heard: readonly Cause[]; ignored: number }> {
  const rules = (await ignores?.()) ?? [];
  const heard = causes.filter((cause) => !ruleFor(cause, rules, clock.now()));
  return { heard, ignored: causes.length - heard.length };
}

function nothingFound(judged: AlertJudgement | undefined, { causes, ignored }: { causes: readonly Cause[]; ignored: number }): string {
  const idle = nothingToDo(judged);
  if (idle !== undefined) return idle;
  const named = judged?.about === "objects" ? judged.objects[0] : undefined;
  const elsewhere =
    causes.length === 0
      ? ""
      : `; elsewhere in the cluster: ${causes
          .slice(0, 3)
          .map((cause) => cause.title)
          .join("; ")}`;
  return `nothing is wrong with ${named ? formatObject(named) : "what was asked about"} now${elsewhere}${ignored === 0 ? "" : `; ${ignored} ignored by ${IGNORE_PATH}`}`;
}

async function withRepository(found: Cause, { repositoryOf }: ToolPorts): Promise<Cause> {
  const cause = withoutSecrets(found);
  if (!cause.app) return cause;
  const repository = await repositoryOf(cause.app.repoURL);
  const app: OwnerApp = { ...cause.app, ...(repository && { repository }) };
  return { ...cause, app };
}

/** Log lines and messages of events are quoted: what looks like a secret in them is in no record (safety T23). */
function withoutSecrets(cause: Cause): Cause {
  const findings = cause.findings.map((finding) => ({
    ...finding,
    message: redact(finding.message),
    evidence: finding.evidence.map((evidence) => ({ ...evidence, value: redact(evidence.value) })),
  }));
  return { ...cause, title: redact(cause.title), detail: redact(cause.detail), findings };
}

/** Makes room in the record: what the causes after the first come with goes first, then causes from the end. */
function keepFitting(problems: Problems): Problems {
  const bytes = (causes: readonly Cause[]): number => jsonBytes({ ...problems, causes });
  if (bytes(problems.causes) <= MAX_BYTES) return problems;
  const causes = problems.causes.map((cause, index) => (index === 0 ? cause : withoutAttachments(cause)));
  while (causes.length > 1 && bytes(causes) > MAX_BYTES) causes.pop();
  return { ...problems, causes };
}

function withoutAttachments({ effects: _effects, changes: _changes, ...cause }: Cause): Cause {
  return cause;
}

/** What expressions see: within the limit of a step's output, causes dropped from the end until it fits. */
function outputOf({ causes, remedy, refusal, wait }: Problems, ignored: number): Readonly<Record<string, unknown>> {
  const shown = causes.slice(0, MAX_SHOWN).map(({ id, title, category, object }) => ({ id, title, category, object }));
  const output = (count: number): Readonly<Record<string, unknown>> => ({
    causes: shown.slice(0, count),
    ...(remedy && { remedy: shortOf(remedy) }),
    ...(refusal !== undefined && { refusal }),
    ...(wait !== undefined && { wait: { object: causes[0]?.object, because: wait } }),
    ...(ignored > 0 && { ignored }),
  });
  const fitting = shown.findLastIndex((_, index) => jsonBytes(output(index + 1)) <= OUTPUT_MAX_BYTES);
  return output(fitting + 1);
}

/** What expressions see of a remedy; the record has the whole. */
function shortOf(remedy: Remedy): Readonly<Record<string, unknown>> {
  const { kind, app, path, object } = remedy;
  if (remedy.kind === "revert-commit") return { kind, commit: remedy.commit, app, path, object };
  return { kind, app, path, object, file: remedy.file, field: formatField(remedy.edit.field), to: remedy.edit.to };
}

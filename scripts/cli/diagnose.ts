/** `anchorwatch diagnose`: what is wrong and what it comes from, without anything installed in the cluster (design 7.1, 9). */
import { type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { alertLabelsIn, type Look, lookOffline } from "../../functions/core/boot/look-offline.ts";
import { formatObject } from "../../functions/core/records/fields.ts";
import { causesAbout, causesIn, causesOfAlerts, isKnown } from "../../functions/core/triage/choose-causes.ts";
import { diagnose, type Diagnosis } from "../../functions/core/triage/diagnose.ts";
import { forTerminal } from "../../functions/core/text/harmless.ts";
import { type Answer, diagnosisJson } from "./diagnosis-json.ts";
import { diagnosisText, painter } from "./diagnosis-text.ts";
import { type Asked, readObjectArgument } from "./object-argument.ts";

const EXIT = { healthy: 0, causes: 1, blind: 2 } as const;

const EXIT_HELP = `
Exit code: 0 nothing is wrong, 1 causes were found, 2 it could not be looked at, or the question was not understood.

Examples:
  anchorwatch diagnose --offline dump.json.gz
  anchorwatch diagnose --offline ./from-the-cluster --logs ./logs --alert alert.json
  anchorwatch diagnose deployment/web/shop -o json --offline pods.yaml`;

export function addDiagnose(program: Command): void {
  program
    .command("diagnose")
    .description("says what is wrong and what it comes from; reads only")
    .argument("[object...]", "one object: deployment/shop, deployment/web/shop, deploy shop; everything without it")
    .option("-n, --namespace <name>", "only what is in this namespace")
    .addOption(new Option("-o, --output <form>", "text for people, json for scripts").choices(["text", "json"]).default("text"))
    .requiredOption("--offline <path>", "a dump, or files and folders of `kubectl get -o yaml|json`; may be repeated", collect)
    .option("--logs <folder>", "logs beside --offline: POD.log, NAMESPACE_POD_CONTAINER.log, /var/log/pods ...; may be repeated", collect)
    .option("--alert <file>", "only what is behind these alerts: what Alertmanager sends or answers, or labels; may be repeated", collect)
    .option("--now <time>", "the moment of --offline, RFC 3339; else the newest time in it", readTime)
    .addHelpText("after", EXIT_HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.healthy : EXIT.blind))
    .action(async (words, options) => {
      try {
        const asked = readObjectArgument(words, options.namespace);
        const alerts = await alertLabelsIn(options.alert ?? []);
        const look = await lookOffline(options.offline, { logs: options.logs ?? [], now: options.now });
        const answer = answerOf(look, { asked, alerts });
        print(answer, options.output);
        process.exitCode = answer.causes.length > 0 ? EXIT.causes : EXIT.healthy;
      } catch (error) {
        console.error(forTerminal(error instanceof Error ? error.message : String(error)));
        process.exitCode = EXIT.blind;
      }
    });
}

function collect(path: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), path];
}

function readTime(text: string): number {
  const at = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError("a time such as 2026-11-25T07:50:00Z is expected.");
  return at;
}

interface Question {
  readonly asked: Asked;
  readonly alerts: readonly Readonly<Record<string, string>>[];
}

/** @throws Error when the object that was asked about is not there */
function answerOf({ objects, now, notSeen }: Look, question: Question): Answer {
  const diagnosis = diagnose(objects, now);
  const causes = chosen(diagnosis, question);
  const others = diagnosis.causes.filter((cause) => !causes.includes(cause));
  const seen = objects.filter(({ kind }) => kind !== "Event" && kind !== "PodLog").length;
  return { causes, others, notSeen, objects: seen, now, about: aboutOf(question) };
}

function chosen(diagnosis: Diagnosis, { asked: { object, namespace }, alerts }: Question): Diagnosis["causes"] {
  const candidates = alerts.length > 0 ? causesOfAlerts(diagnosis.causes, alerts) : diagnosis.causes;
  if (!object) return namespace === undefined ? candidates : causesIn(candidates, namespace);
  const causes = causesAbout(candidates, object);
  if (causes.length === 0 && !isKnown(diagnosis, object)) throw new Error(`there is no ${formatObject(object)} in what was looked at`);
  return causes;
}

function aboutOf({ asked: { object, namespace }, alerts }: Question): string | undefined {
  const names = [...new Set(alerts.map((labels) => labels["alertname"] ?? "without a name"))];
  const about = [
    ...(object ? [formatObject(object)] : namespace === undefined ? [] : [`namespace ${namespace}`]),
    ...(names.length > 0 ? [`alert ${names.slice(0, 5).join(", ")}`] : []),
  ];
  return about.length === 0 ? undefined : about.join(" and ");
}

function print(answer: Answer, form: "text" | "json"): void {
  if (form === "json") console.log(JSON.stringify(diagnosisJson(answer), undefined, 2));
  else console.log(diagnosisText(answer, painter(process.stdout.isTTY)));
}

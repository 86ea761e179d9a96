/** `anchorwatch diagnose`: what is wrong and what it comes from, without anything installed in the cluster (design 7.1, 9). */
import { type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { clusterLooks, type ClusterChoice } from "../../functions/core/boot/look-cluster.ts";
import { withHosts } from "../../functions/core/boot/look-hosts.ts";
import { alertLabelsIn, type Look, lookOffline } from "../../functions/core/boot/look-offline.ts";
import { formatObject } from "../../functions/core/records/fields.ts";
import { alertsWithoutWork, causesAbout, causesIn, causesOfAlerts, isKnown } from "../../functions/core/triage/choose-causes.ts";
import { diagnose, type Diagnosis } from "../../functions/core/triage/diagnose.ts";
import { forTerminal } from "../../functions/core/text/harmless.ts";
import { type Answer, diagnosisJson } from "./diagnosis-json.ts";
import { diagnosisText, painter } from "./diagnosis-text.ts";
import { watchCauses } from "./diagnose-watch.ts";
import { type Asked, readObjectArgument } from "./object-argument.ts";

const EXIT = { healthy: 0, causes: 1, blind: 2 } as const;

const EXIT_HELP = `
It reads only, and nothing has to be installed in the cluster. Of Secrets only the names are asked for, and of TLS secrets with --certificates the certificate.

Exit code: 0 nothing is wrong, 1 causes were found, 2 it could not be looked at (or not at all of it, and nothing was found), or the question was not understood.

Examples:
  anchorwatch diagnose
  anchorwatch diagnose deployment/web/shop
  anchorwatch diagnose -n web --context home --watch
  anchorwatch diagnose --offline dump.json.gz
  anchorwatch diagnose --offline ./from-the-cluster --logs ./logs --alert alert.json -o json`;

export function addDiagnose(program: Command): void {
  program
    .command("diagnose")
    .description("says what is wrong in a cluster and what it comes from; reads only")
    .argument("[object...]", "one object: deployment/shop, deployment/web/shop, deploy shop; everything without it")
    .option("--kubeconfig <file>", "the cluster to look at; else as kubectl chooses it")
    .option("--context <name>", "a context of the kubeconfig; else its current one")
    .option("--hosts <file>", "a k0sctl.yaml: asks its hosts over ssh too, also when the cluster's API is down")
    .option("--certificates", "also read TLS secrets that nothing renews, for the day on which they expire; their keys are dropped at once")
    .option("-n, --namespace <name>", "only what is in this namespace")
    .addOption(new Option("-o, --output <form>", "text for people, json for scripts").choices(["text", "json"]).default("text"))
    .option("--watch", "look again every 15 s, and tell what came and what went")
    .option("--offline <path>", "instead of a cluster: a dump, or files and folders of `kubectl get -o yaml|json`; may be repeated", collect)
    .option("--logs <folder>", "logs beside --offline: POD.log, NAMESPACE_POD_CONTAINER.log, /var/log/pods ...; may be repeated", collect)
    .option("--alert <file>", "only what is behind these alerts: what Alertmanager sends or answers, or labels; may be repeated", collect)
    .option("--now <time>", "the moment of --offline, RFC 3339; else the newest time in it", readTime)
    .addHelpText("after", EXIT_HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.healthy : EXIT.blind))
    .action(async (words, options) => {
      try {
        await run(words, options);
      } catch (error) {
        console.error(forTerminal(error instanceof Error ? error.message : String(error)));
        process.exitCode = EXIT.blind;
      }
    });
}

interface Options extends ClusterChoice {
  readonly output: "text" | "json";
  readonly watch?: true | undefined;
  readonly hosts?: string | undefined;
  readonly offline?: readonly string[] | undefined;
  readonly logs?: readonly string[] | undefined;
  readonly alert?: readonly string[] | undefined;
  readonly now?: number | undefined;
}

async function run(words: readonly string[], options: Options): Promise<void> {
  const question = { asked: readObjectArgument(words, options.namespace), alerts: await alertLabelsIn(options.alert ?? []) };
  const look = await looksOf(options);
  const answer = answerOf(await look(), question);
  const paint = painter(process.stdout.isTTY);
  if (options.output === "json") console.log(JSON.stringify(diagnosisJson(answer), undefined, 2));
  else console.log(diagnosisText(answer, paint));
  if (options.watch) await watchCauses(async () => answerOf(await look(), question).causes, answer.causes, paint);
  process.exitCode = exitCode(answer, options.offline !== undefined);
}

/** @throws Error when options do not go together */
async function looksOf(options: Options): Promise<() => Promise<Look>> {
  const { offline, logs = [], now, watch, output, hosts } = options;
  if (watch && (offline || output === "json")) throw new Error("--watch looks at a cluster and tells people: it goes neither with --offline nor with -o json");
  if (offline) {
    if ([options.kubeconfig, options.context, options.certificates, hosts].some((choice) => choice !== undefined))
      throw new Error("--offline reads files: it goes with none of --kubeconfig, --context, --certificates, --hosts");
    return () => lookOffline(offline, { logs, now });
  }
  if (logs.length > 0 || now !== undefined) throw new Error("--logs and --now say more about --offline, and go only with it");
  const look = await clusterLooks(options);
  return hosts === undefined ? look : withHosts(hosts, look);
}

/** Files that people have at hand are always a part; a cluster of which a part could not be seen is not called healthy. */
function exitCode({ causes, notSeen }: Answer, offline: boolean): number {
  if (causes.length > 0) return EXIT.causes;
  return notSeen.length > 0 && !offline ? EXIT.blind : EXIT.healthy;
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
  return { causes, others, notSeen, objects: seen, now, about: aboutOf(question), nothingToDo: alertsWithoutWork(question.alerts, diagnosis.snapshot) };
}

function chosen(diagnosis: Diagnosis, { asked: { object, namespace }, alerts }: Question): Diagnosis["causes"] {
  const candidates = alerts.length > 0 ? causesOfAlerts(diagnosis.causes, alerts, diagnosis.snapshot) : diagnosis.causes;
  if (!object) return namespace === undefined ? candidates : causesIn(candidates, namespace);
  const causes = causesAbout(candidates, object, diagnosis.snapshot);
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

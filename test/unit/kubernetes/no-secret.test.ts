/** A cluster with a secret at every place where people put one, looked at over its API: none of them is in a finding, a dump, a report, a record or the log. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { createApiClient } from "../../../functions/core/adapters/kubernetes/api-client.ts";
import { createKubernetesCluster } from "../../../functions/core/adapters/kubernetes/cluster.ts";
import { createLog } from "../../../functions/core/adapters/log.ts";
import { decideStart } from "../../../functions/core/engine/decide.ts";
import { scheduledRun } from "../../../functions/core/engine/scheduled.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import type { CompiledPipeline } from "../../../functions/core/records/pipeline.ts";
import { consume } from "../../../functions/core/shell/consume.ts";
import { contextOf, createRun } from "../../../functions/core/shell/runs.ts";
import type { ToolPorts } from "../../../functions/core/tools/tool.ts";
import { healthMarkdown, healthMessage, healthTitle } from "../../../functions/core/text/health-report.ts";
import { issueText } from "../../../functions/core/text/issue.ts";
import { toolCall } from "../../../functions/tool-call.ts";
import { aShell } from "../shell/a-shell.ts";
import { recorded } from "../triage/recorded.ts";
import { fakeApi, type FakeApi, groupsOf } from "./a-fake-api.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorwatch-no-secret-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const places = ["env", "argument", "annotation", "template", "configmap", "file", "url", "event", "log", "secret", "applied"] as const;
/** One for each place, of a shape that no pattern knows: it goes because of where it stands. */
const CANARY = Object.fromEntries(places.map((place, index) => [place, `kestrel-${index}-${place}-Vq7wZx2m`])) as Readonly<
  Record<(typeof places)[number], string>
>;
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** The status of an object with these words wherever it has a message. */
function saying(object: KubernetesObject | undefined, message: string): unknown {
  return JSON.parse(JSON.stringify(object?.["status"]), (key, value: unknown) => (key === "message" ? message : value));
}

/** The recorded crash, whose owner was careless; everything is repeated where programs and controllers say it again. */
async function carelessCluster(): Promise<FakeApi> {
  const all = Object.values(CANARY).join(" ");
  const [recordedPod] = recorded("kubernetes/crash");
  const owners = recorded("kubernetes/crash-owners");
  // Two whose finding repeats what the kubelet was told by somebody else.
  const [pulling] = recorded("kubernetes/pull");
  const quoted = [CANARY.env, CANARY.configmap].map((secret, index) => {
    const message = `failed to resolve image: denied for user shop with ${secret}`;
    const said = saying(pulling, message);
    return { ...pulling, metadata: { ...pulling?.metadata, name: `pull-${index}`, uid: `pull-${index}` }, status: said };
  });
  const name = recordedPod?.metadata.name ?? "";
  const annotations = {
    "example.com/api-token": CANARY.annotation,
    "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ apiVersion: "v1", kind: "Pod", spec: { password: CANARY.applied } }),
  };
  const env = [
    { name: "DB_PASSWORD", value: CANARY.env },
    { name: "DATABASE_URL", value: `postgres://shop:${CANARY.url}@db.web.svc:5432/shop` },
  ];
  const careless = [{ name: "app", image: "app:1", env, args: ["--token", CANARY.argument, `--api-key=${CANARY.argument}`] }];
  const status = saying(recordedPod, `cannot go on: ${all}`);
  const pod = { ...recordedPod, metadata: { ...recordedPod?.metadata, annotations }, spec: { ...Object(recordedPod?.["spec"]), containers: careless }, status };
  const deployments = owners
    .filter(({ kind }) => kind === "Deployment")
    .map((owner) => ({
      ...owner,
      spec: { ...Object(owner["spec"]), template: { metadata: { annotations: { "example.com/password": CANARY.template } }, spec: { containers: careless } } },
    }));
  const metadata = { name: "shop", namespace: "f-crash" };
  const data = { password: CANARY.configmap, "app.env": `DB_PASSWORD=${CANARY.file}\n`, url: `redis://:${CANARY.url}@redis:6379/0` };
  const event = {
    metadata,
    involvedObject: { kind: "Pod", ...recordedPod?.metadata },
    type: "Warning",
    reason: "BackOff",
    message: `password=${CANARY.event}; ${all} ${base64(CANARY.env)}`,
  };
  const lists: Readonly<Record<string, readonly object[]>> = {
    "/api/v1/pods": [pod, ...quoted],
    "/apis/apps/v1/deployments": deployments,
    "/apis/apps/v1/replicasets": owners.filter(({ kind }) => kind === "ReplicaSet"),
    "/api/v1/configmaps": [{ metadata, data }],
    "/api/v1/events": [event],
  };
  // A server that ignores that only names were asked for: even then nothing is kept.
  const secrets = { items: [{ metadata, type: "Opaque", data: { password: base64(CANARY.secret) } }] };
  const log = `DB_PASSWORD=${CANARY.env}\nconnecting with ${all}\ntoken: ${CANARY.log}\nfatal: no entry for ${CANARY.env}\n`;
  return fakeApi((path) => {
    if (path === "/apis") return groupsOf("apps/v1");
    if (path.endsWith("/log")) return path.includes(name) ? log : 404;
    return path === "/api/v1/secrets" ? secrets : { items: lists[path] ?? [] };
  });
}

function anchorwatch(...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["scripts/cli/bin.mjs", ...args], { encoding: "utf8" }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

function step(id: string, tool: string): CompiledPipeline["steps"][number] {
  return { id, needs: [], tool, with: {} };
}

/** What the functions keep: every record of a run that diagnoses and reports, and the log. */
async function kept(api: FakeApi): Promise<{ records: string; log: string; words: string }> {
  const bench = aShell();
  const logFile = join(folder, "anchorwatch.log");
  const shell = { ...bench.shell, log: createLog({ level: "info", destination: logFile, secrets: [] }) };
  const start = { pipeline: { name: "both", on: {}, steps: [step("find", "find_problems"), step("report", "health_report")] }, pipelineCommit: "e".repeat(40) };
  const context = await contextOf(shell, "run");
  await createRun(shell, "run", decideStart(scheduledRun({ ...start, repository: { id: 7, name: "home/gitops" }, baseRef: "main", at: 0 }, context), context));
  const ports: ToolPorts = {
    cluster: createKubernetesCluster(createApiClient(api.config)),
    gitops: { applications: () => Promise.resolve([]), refresh: () => Promise.resolve() },
    git: {} as ToolPorts["git"],
    renderer: {} as ToolPorts["renderer"],
    clock: { now: () => Date.now() },
    repositoryOf: () => Promise.resolve(undefined),
  };
  for (const { id } of bench.posted) await consume(toolCall, { id, runId: "run" }, { shell, connect: () => ({ shell, ports, repositories: [] }) });
  const results = (await bench.store.list("ToolResult")).items.map(({ record }) => record);
  const health = results.find((result) => result.health)?.health;
  const problems = results.find((result) => result.problems)?.problems;
  if (!health || !problems) throw new Error("nothing was reported");
  shell.log.warn({ causes: problems.causes, health }, "what a careless line would log");
  const issue = issueText({ problems, origin: { run: "run" }, eventId: "e" });
  const words = [healthTitle(health), healthMarkdown(health), healthMessage(health), issue.title, issue.body].join("\n");
  return { records: JSON.stringify([results, (await bench.store.list("Run")).items]), log: readFileSync(logFile, "utf8"), words };
}

it("no secret of the cluster is in findings, dump, report, records or log", { timeout: 60_000 }, async () => {
  const api = await carelessCluster();
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, api.config.exportConfig());
  const dump = join(folder, "dump.json.gz");
  const at = ["--kubeconfig", kubeconfig];
  const said = {
    findings: (await anchorwatch("diagnose", ...at, "-o", "json")) + (await anchorwatch("diagnose", ...at)),
    report: await anchorwatch("report", ...at),
    dump: (await anchorwatch("dump", ...at, "-o", dump)) + gunzipSync(readFileSync(dump)).toString("utf8"),
    ...(await kept(api)),
  };
  for (const [sink, text] of Object.entries(said)) {
    expect(text, sink).toContain("crash");
    const found = Object.values(CANARY).filter((secret) =>
      [secret, base64(secret).slice(2, -4), encodeURIComponent(secret)].some((form) => text.includes(form)),
    );
    expect(found, sink).toEqual([]);
  }
});

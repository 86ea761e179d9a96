/** `diagnose` of a real API server's cluster beside `kubectl get pods -A -o json`, and beside the widely used scanner where it is installed: time and memory. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import * as z from "zod";
import { findServer } from "../servers/find-server.ts";
import { startKubernetes } from "../servers/kubernetes.ts";
import { writePods } from "./many-objects.ts";
import { compare, type Compared } from "./measure.ts";

const SCANNER = "k8sgpt";
const ROUNDS = 3;
const LOOK_EVERY_MS = 10;

interface Ran {
  readonly ms: number;
  readonly peakKib: number;
  readonly output: string;
}

/** Runs a program to its end, and looks at how much memory it has come to. */
function runProgram(program: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let [output, peakKib, fault] = ["", 0, ""];
    const timer = setInterval(() => (peakKib = Math.max(peakKib, peakOf(child.pid))), LOOK_EVERY_MS);
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (fault += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(timer);
      if (code === 0 || code === 1) resolve({ ms: performance.now() - began, peakKib, output });
      else reject(new Error(`${program} ended with ${code}: ${fault.slice(0, 500)}`));
    });
  });
}

/** The most that it ever had; 0 once it is gone, or where the system does not tell. */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const AnswerSchema = z.looseObject({ causes: z.array(z.looseObject({ object: z.looseObject({ kind: z.string(), name: z.string() }), category: z.string() })) });

/** @throws Error where the hundred crashing pods are not one cause, and the only one */
function checkCauses(output: string): void {
  const told = AnswerSchema.parse(JSON.parse(output)).causes.map(({ object, category }) => `${object.kind} ${object.name} ${category}`);
  if (told.join("; ") !== "Deployment crash crash-loop")
    throw new Error(`a hundred crashing pods of one deployment are to be one cause, and this is told: ${told.slice(0, 5).join("; ")}`);
}

export async function benchScan(pods: number): Promise<readonly (Compared | string)[]> {
  const apiServer = findServer(process.env, "kube-apiserver");
  const kubectl = findServer(process.env, "kubectl");
  if (apiServer === undefined || kubectl === undefined) return ["scan: needs kube-apiserver, etcd and kubectl, and one of them is not installed"];
  const cluster = await startKubernetes(apiServer, { controllers: false });
  try {
    await writePods(cluster.kubeconfig, pods);
    return await scans(cluster.kubeconfig, { pods, kubectl });
  } finally {
    await cluster.stop();
  }
}

async function scans(kubeconfig: string, { pods, kubectl }: { pods: number; kubectl: string }): Promise<readonly (Compared | string)[]> {
  const peaks = { ours: 0, kubectl: 0 };
  const diagnose = async (): Promise<number> => {
    const ran = await runProgram(process.execPath, ["--import", "tsx", "scripts/cli/anchorwatch.ts", "diagnose", "-o", "json", "--kubeconfig", kubeconfig]);
    checkCauses(ran.output);
    peaks.ours = Math.max(peaks.ours, ran.peakKib);
    return ran.ms;
  };
  const list = async (): Promise<number> => {
    const ran = await runProgram(kubectl, ["--kubeconfig", kubeconfig, "get", "pods", "-A", "-o", "json"]);
    peaks.kubectl = Math.max(peaks.kubectl, ran.peakKib);
    return ran.ms;
  };
  const name = `scan ${pods}`;
  const ours = `diagnose ${pods} pods, 100 of one deployment crashing, one cause`;
  const besideList = await compare({ name, ours, peer: "kubectl get pods -A -o json", rounds: ROUNDS, measureOurs: diagnose, measurePeer: list });
  const memory = `${name}: the memory of diagnose is ${(peaks.ours / peaks.kubectl).toFixed(2)}x that of kubectl`;
  return [besideList, memory, await besideScanner(kubeconfig, { name, ours, diagnose })];
}

async function besideScanner(kubeconfig: string, given: { name: string; ours: string; diagnose: () => Promise<number> }): Promise<Compared | string> {
  const scanner = findServer(process.env, SCANNER);
  const { name, ours, diagnose } = given;
  if (scanner === undefined) return `${name}: ${SCANNER} is not installed, so it is not compared`;
  const scan = async (): Promise<number> => (await runProgram(scanner, ["analyze", "--kubeconfig", kubeconfig, "-o", "json"])).ms;
  return await compare({ name, ours, peer: `${SCANNER} analyze`, rounds: 1, measureOurs: diagnose, measurePeer: scan });
}

/** A control plane with simulated nodes as plain processes on loopback: etcd, API server, controllers, scheduler, kwok. */
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./find-server.ts";

export interface RealCluster {
  /** Of an administrator. */
  readonly kubeconfig: string;
  /** Of somebody who may do nothing but what a role gives to the user `guest`. */
  readonly guestKubeconfig: string;
  stop(): Promise<void>;
}

const START_MS = 90_000;

/** From the PATH. */
const KUBECTL = "kubectl";

/** @param apiServer the path of kube-apiserver; the other programs lie beside it. Without controllers nothing but the API serves what is written */
export async function startKubernetes(apiServer: string, { controllers: isRun = true } = {}): Promise<RealCluster> {
  const folder = mkdtempSync(join(tmpdir(), "anchorwatch-kubernetes-"));
  const path = (name: string): string => join(folder, name);
  const [etcd = 0, peer = 0, api = 0, controllers = 0, scheduler = 0] = await Promise.all([1, 2, 3, 4, 5].map(() => freePort()));
  const processes: ChildProcess[] = [];
  const run = (name: string, ...args: readonly string[]): void => {
    const log = openSync(path(`${name}.log`), "w");
    processes.push(spawn(join(dirname(apiServer), name), args, { stdio: ["ignore", log, log], cwd: folder }));
    closeSync(log);
  };
  const keys = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  writeFileSync(path("sa.pub"), keys.publicKey);
  writeFileSync(path("sa.key"), keys.privateKey, { mode: 0o600 });
  writeFileSync(path("tokens.csv"), 'admin-token,admin,1,"system:masters"\nguest-token,guest,2\n');
  const server = `https://127.0.0.1:${api}`;
  for (const user of ["admin", "guest"]) writeFileSync(path(user), kubeconfigOf(server, `${user}-token`));
  const peers = `http://127.0.0.1:${peer}`;
  const client = `http://127.0.0.1:${etcd}`;
  const etcdUrls = ["--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers];
  run("etcd", "--name", "test", "--data-dir", path("etcd"), "--unsafe-no-fsync", ...etcdUrls, "--initial-cluster", `test=${peers}`);
  const accounts = [
    "--service-account-issuer",
    "https://kubernetes.default.svc",
    "--service-account-key-file",
    path("sa.pub"),
    "--service-account-signing-key-file",
    path("sa.key"),
  ];
  const address = [
    "--bind-address",
    "127.0.0.1",
    "--secure-port",
    String(api),
    "--service-cluster-ip-range",
    "10.96.0.0/16",
    "--endpoint-reconciler-type",
    "none",
  ];
  run(
    "kube-apiserver",
    "--etcd-servers",
    client,
    "--cert-dir",
    path("certs"),
    "--token-auth-file",
    path("tokens.csv"),
    "--authorization-mode",
    "RBAC",
    ...accounts,
    ...address,
  );
  const asAdmin = [
    "--kubeconfig",
    path("admin"),
    "--authentication-kubeconfig",
    path("admin"),
    "--authorization-kubeconfig",
    path("admin"),
    "--leader-elect=false",
  ];
  const stop = (): Promise<void> => stopAll(processes, folder);
  try {
    await until("the API server", folder, async () => (await kubectl(path("admin"), "get", "--raw", "/readyz")) === "ok");
    if (!isRun) return { kubeconfig: path("admin"), guestKubeconfig: path("guest"), stop };
    run(
      "kube-controller-manager",
      ...asAdmin,
      "--bind-address",
      "127.0.0.1",
      "--secure-port",
      String(controllers),
      "--service-account-private-key-file",
      path("sa.key"),
    );
    run("kube-scheduler", ...asAdmin, "--bind-address", "127.0.0.1", "--secure-port", String(scheduler));
    run("kwok", "--kubeconfig", path("admin"), "--config", fileURLToPath(new URL("kwok.yaml", import.meta.url)));
    await until("the controllers", folder, async () => (await kubectl(path("admin"), "get", "serviceaccount", "default", "-o", "name")).includes("default"));
  } catch (error) {
    await stop();
    throw error;
  }
  return { kubeconfig: path("admin"), guestKubeconfig: path("guest"), stop };
}

function kubeconfigOf(server: string, token: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "me", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "me" } }],
    "current-context": "test",
  });
}

/** @returns what it prints; nothing where it fails */
export function kubectl(kubeconfig: string, ...args: readonly string[]): Promise<string> {
  return kubectlWith("", kubeconfig, ...args);
}

/** With something to read, for `apply -f -`. */
export function kubectlWith(input: string, kubeconfig: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(KUBECTL, ["--kubeconfig", kubeconfig, "--request-timeout=20s", ...args], { stdio: ["pipe", "pipe", "ignore"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", () => resolve(""));
    child.on("close", (code) => resolve(code === 0 ? output : ""));
    child.stdin.on("error", () => undefined).end(input);
  });
}

/** Waits until something is so. @throws Error with the ends of the servers' logs */
export async function until(what: string, folder: string | undefined, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error(
        `${what}: not in ${START_MS / 1000} s\n${folder === undefined ? "" : readFileSync(join(folder, "kube-apiserver.log"), "utf8").slice(-2_000)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function stopAll(processes: readonly ChildProcess[], folder: string): Promise<void> {
  await Promise.all(
    processes.toReversed().map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    }),
  );
  rmSync(folder, { recursive: true, force: true });
}

/** A cluster of many pods on a real API server, written as controllers and kubelets would: all run well but a hundred of one deployment. */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";

const CRASHING = 100;
const PODS_OF_ONE = 50;
const AT_ONCE = 24;
const NAMESPACE = "web";

/** Writes them all. @param pods how many, the crashing ones among them. @throws Error with the server's words */
export async function writePods(kubeconfig: string, pods: number): Promise<void> {
  const write = writer(kubeconfig);
  await write("POST", "/api/v1/namespaces", { metadata: { name: NAMESPACE } });
  await write("POST", `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name: "default" } });
  await written(write, "/api/v1/nodes", node());
  const workloads = [
    { name: "crash", count: CRASHING, isCrashing: true },
    ...Array.from({ length: Math.ceil((pods - CRASHING) / PODS_OF_ONE) }, (_item, at) => ({ name: `well-${at}`, count: PODS_OF_ONE, isCrashing: false })),
  ];
  const apps = `/apis/apps/v1/namespaces/${NAMESPACE}`;
  await inParallel(workloads, async (workload) => {
    const deployment = await written(write, `${apps}/deployments`, deploymentOf(workload));
    const set = await written(write, `${apps}/replicasets`, setOf(workload, deployment));
    for (let at = 0; at < workload.count; at += 1) await written(write, `/api/v1/namespaces/${NAMESPACE}/pods`, podOf(workload, at, set));
  });
}

interface Workload {
  readonly name: string;
  readonly count: number;
  readonly isCrashing: boolean;
}

interface Written {
  readonly object: object;
  readonly status: object;
}

type Write = (method: string, path: string, body: object) => Promise<{ metadata: { name: string; uid: string } }>;

/** First the object, then its status, which is a part of its own. */
async function written(write: Write, path: string, { object, status }: Written): Promise<string> {
  const made = await write("POST", path, object);
  await write("PUT", `${path}/${made.metadata.name}/status`, { ...made, status });
  return made.metadata.uid;
}

const now = new Date().toISOString();
const long = new Date(Date.now() - 3_600_000).toISOString();
const ok = (...types: readonly string[]): object[] =>
  types.map((type) => ({ type, status: "True", reason: type, lastTransitionTime: long, lastHeartbeatTime: now }));

function node(): Written {
  const capacity = { cpu: "64", memory: "256Gi", pods: "10000" };
  const nodeInfo = Object.fromEntries(
    ["machineID", "systemUUID", "bootID", "kernelVersion", "osImage", "containerRuntimeVersion", "kubeProxyVersion", "operatingSystem"].map((key) => [key, ""]),
  );
  return {
    object: { metadata: { name: "node-1" }, spec: {} },
    status: { capacity, allocatable: capacity, conditions: ok("Ready"), nodeInfo: { ...nodeInfo, kubeletVersion: "v1.37.2", architecture: "arm64" } },
  };
}

function templateOf({ name }: Workload): object {
  const container = {
    name: "app",
    image: "ghcr.io/acme/app:1",
    env: [{ name: "LOG_LEVEL", value: "info" }],
    resources: { requests: { cpu: "1m", memory: "1Mi" } },
  };
  return { metadata: { labels: { app: name } }, spec: { automountServiceAccountToken: false, containers: [container] } };
}

function deploymentOf(workload: Workload): Written {
  const { name, count, isCrashing } = workload;
  const ready = isCrashing ? 0 : count;
  return {
    object: { metadata: { name, labels: { app: name } }, spec: { replicas: count, selector: { matchLabels: { app: name } }, template: templateOf(workload) } },
    status: {
      observedGeneration: 1,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: ready,
      availableReplicas: ready,
      conditions: isCrashing ? [] : ok("Available"),
    },
  };
}

function setOf(workload: Workload, owner: string): Written {
  const { name, count, isCrashing } = workload;
  const ready = isCrashing ? 0 : count;
  return {
    object: {
      metadata: { name: `${name}-5d9c7b8f6`, labels: { app: name }, ownerReferences: [ownerOf("Deployment", name, owner)] },
      spec: { replicas: count, selector: { matchLabels: { app: name } }, template: templateOf(workload) },
    },
    status: { observedGeneration: 1, replicas: count, readyReplicas: ready, availableReplicas: ready },
  };
}

function ownerOf(kind: string, name: string, uid: string): object {
  return { apiVersion: "apps/v1", kind, name, uid, controller: true };
}

function podOf(workload: Workload, at: number, owner: string): Written {
  const { name, isCrashing } = workload;
  const state = isCrashing
    ? {
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" } },
        lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: long, finishedAt: now } },
      }
    : { state: { running: { startedAt: long } } };
  const conditions = isCrashing ? [{ type: "Ready", status: "False", reason: "ContainersNotReady", lastTransitionTime: long }] : ok("Ready", "ContainersReady");
  const container = { name: "app", image: "ghcr.io/acme/app:1", imageID: "", ready: !isCrashing, restartCount: isCrashing ? 7 : 0, ...state };
  const { metadata, spec } = Object(templateOf(workload)) as { metadata: object; spec: object };
  const set = `${name}-5d9c7b8f6`;
  return {
    object: {
      metadata: { ...metadata, name: `${set}-${String(at).padStart(5, "b")}`, ownerReferences: [ownerOf("ReplicaSet", set, owner)] },
      spec: { ...spec, nodeName: "node-1" },
    },
    status: {
      phase: "Running",
      startTime: long,
      podIP: "10.42.0.1",
      hostIP: "127.0.0.1",
      conditions: [...ok("PodScheduled", "Initialized"), ...conditions],
      containerStatuses: [container],
    },
  };
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Over few connections that stay open, as a controller writes. */
function writer(kubeconfig: string): Write {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, "utf8")) as {
    clusters: { cluster: { server: string } }[];
    users: { user: { token: string } }[];
  };
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE, rejectUnauthorized: false });
  const headers = { authorization: `Bearer ${users[0]?.user.token ?? ""}`, "content-type": "application/json" };
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const sent = request(`${clusters[0]?.cluster.server ?? ""}${path}`, { method, headers, agent, timeout: 30_000 }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () =>
          (response.statusCode ?? 500) < 300 ? resolve(JSON.parse(text) as never) : reject(new Error(`${method} ${path}: ${text.slice(0, 300)}`)),
        );
      });
      sent.on("error", reject).on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer`)));
      sent.end(JSON.stringify(body));
    });
}

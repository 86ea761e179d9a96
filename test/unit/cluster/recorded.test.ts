/** The local cluster is held against what a real kubelet and the controllers wrote about the same faults; every difference is a listed decision. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createLocalCluster } from "../../../functions/core/local/cluster/cluster.ts";
import { createDocuments } from "../../../functions/core/local/documents.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { fieldPaths } from "../field-paths.ts";

interface Container {
  readonly name: string;
  readonly volumeMounts?: unknown;
}

interface Status {
  readonly name: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: Readonly<Record<string, { readonly reason?: string; readonly message?: string; readonly exitCode?: number; readonly finishedAt?: string }>>;
  readonly lastState: Status["state"];
}

interface Pod extends KubernetesObject {
  readonly spec: { readonly containers: readonly Container[]; readonly terminationGracePeriodSeconds?: number };
  readonly status: {
    readonly phase: string;
    readonly qosClass: string;
    readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }[];
    readonly containerStatuses: readonly Status[];
  };
}

interface Event {
  readonly involvedObject: { readonly kind: string; readonly name: string; readonly fieldPath?: string };
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTimestamp: string | null;
}

interface Seen {
  readonly pod: Pod;
  readonly events: readonly Event[];
}

/** The fault that makes a simulated container what the recorded one was. */
const FAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  crash: { fault: "crash" },
  oom: { fault: "oom", "crash-after": "0" },
  pull: {
    fault: "pull",
    message:
      'failed to pull and unpack image "registry.aw.local/team/app:9.9.9": failed to resolve image: failed to do request: Head "https://registry.aw.local/v2/team/app/manifests/9.9.9": dial tcp: lookup registry.aw.local on 10.255.255.53:53: no such host',
  },
  config: { fault: "configerror", message: "couldn't find key size in ConfigMap f-config/settings" },
  live: { serves: "8080/index.html" },
  ready: { fault: "unready", message: "Readiness probe failed: HTTP probe failed with statuscode: 404" },
};

/** One container, `app`, of the first pod of a recording, with the events about it and about what made it. */
function recorded(name: string): Seen {
  const { items } = parse(readFileSync(`test/fixtures/kubernetes/${name}.yaml`, "utf8")) as { items: readonly KubernetesObject[] };
  const pod = items.find(({ kind }) => kind === "Pod") as Pod;
  const events = (items.filter(({ kind }) => kind === "Event") as readonly unknown[] as readonly Event[]).filter(
    ({ involvedObject: about }) => (about.kind !== "Pod" || about.name === pod.metadata.name) && (about.fieldPath ?? "{app}").endsWith("{app}"),
  );
  const isApp = (container: { readonly name: string }): boolean => container.name === "app";
  const containers = pod.spec.containers.filter(isApp);
  const status = { ...pod.status, containerStatuses: pod.status.containerStatuses.filter(isApp) };
  return { pod: { ...pod, spec: { ...pod.spec, containers }, status }, events };
}

/** The same container in the local cluster, as long after its making as the recording was taken. */
function simulated(name: string, { pod, events }: Seen): Seen {
  const began = Date.parse(String((pod.metadata as { creationTimestamp?: string }).creationTimestamp));
  const ends = pod.status.containerStatuses.map(({ lastState }) => Date.parse(lastState["terminated"]?.finishedAt ?? "") || 0);
  const taken = Math.max(...ends, ...events.map(({ lastTimestamp }) => Date.parse(lastTimestamp ?? "") || 0));
  let now = began;
  const cluster = createLocalCluster({ documents: createDocuments(":memory:"), clock: { now: () => now, after: () => () => undefined }, minuteMs: 60_000 });
  const annotations = Object.fromEntries(Object.entries(FAULTS[name] ?? {}).map(([key, value]) => [`sim.anchorwatch.dev/${key}`, value]));
  const containers = pod.spec.containers.map(({ volumeMounts: _token, ...container }) => container);
  const { terminationGracePeriodSeconds } = pod.spec;
  const template = { metadata: { labels: { app: name }, annotations }, spec: { terminationGracePeriodSeconds, containers } };
  cluster.apply({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: `f-${name}` },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template },
  });
  now = taken;
  const all = cluster.now();
  return { pod: all.find(({ kind }) => kind === "Pod") as Pod, events: all.filter(({ kind }) => kind === "Event") as readonly unknown[] as readonly Event[] };
}

/** What a real pod has and ours has not, by where it begins, each on purpose. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "spec.volumes[]": "no token is mounted: nothing in the local cluster calls its API",
  "spec.containers[].volumeMounts[]": "likewise",
  "status.containerStatuses[].volumeMounts[]": "likewise",
  "status.containerStatuses[].user": "the image decides it, and there is none",
  "status.resources": "sums over containers that the kubelet of 1.37 writes, and no analyzer reads",
  "status.allocatedResources": "likewise",
};

function difference(real: unknown, local: unknown): { missing: readonly string[]; added: readonly string[] } {
  const [theirs, ours] = [fieldPaths(real), fieldPaths(local)];
  const decided = (path: string): boolean => Object.keys(LEFT_OUT).some((start) => path.startsWith(start));
  return { missing: [...theirs].filter((path) => !ours.has(path) && !decided(path)), added: [...ours].filter((path) => !theirs.has(path)) };
}

/** Words without what is named differently here: the pod, its set and its node. */
function anonymous(words: string, { metadata }: Pod): string {
  const set = /^(.*)-[^-]*$/.exec(metadata.name)?.[1] ?? "(no set)";
  const pod = new RegExp(`(?<=/|pod=|pod:? )${metadata.name}(?=_| |$)`, "g");
  return [set, String(metadata.uid), "node-1", "pi5-a"].reduce((text, name) => text.replaceAll(name, "*"), words.replaceAll(pod, "*"));
}

function said({ pod, events }: Seen): readonly string[] {
  return events.map(({ involvedObject: { kind }, type, reason, message }) => anonymous(`${kind} ${type} ${reason}: ${message}`, pod)).toSorted();
}

/** What triage reads of a container. */
function told({ pod }: Seen): unknown {
  const states = (state: Status["state"]): unknown =>
    Object.entries(state).map(([name, { reason, message, exitCode }]) => ({ name, reason, exitCode, message: message && anonymous(message, pod) }));
  const { phase, qosClass, conditions, containerStatuses } = pod.status;
  return {
    phase,
    qosClass,
    conditions: conditions.map(({ type, status, reason }) => ({ type, status, reason })),
    containers: containerStatuses.map(({ name, ready, started, restartCount, state, lastState }) => ({
      name,
      ready,
      started,
      restartCount,
      state: states(state),
      lastState: states(lastState),
    })),
  };
}

/** The pods of these were made by hand, so no controller spoke of them. */
const BARE: ReadonlySet<string> = new Set(["pull", "config", "live"]);

describe.each(Object.keys(FAULTS))("a container as in the recording %s", (name) => {
  const real = recorded(name);
  const local = simulated(name, real);

  it("has the fields of the real pod, and no others", () => {
    const parts = ({ pod }: Seen): unknown => ({ spec: pod.spec, status: pod.status, ...(!BARE.has(name) && { metadata: pod.metadata }) });
    const { missing, added } = difference(parts(real), parts(local));
    expect(missing).toEqual([]);
    expect(added.filter((path) => !path.startsWith("metadata.annotations"))).toEqual([]); // Annotations: the fault is declared there.
  });

  it("is in the same state after the same time, in the same words", () => {
    expect(told(local)).toEqual(told(real));
  });

  it("has the same things said of it, by the same speakers", () => {
    const fromPods = (words: readonly string[]): readonly string[] => words.filter((line) => !BARE.has(name) || line.startsWith("Pod "));
    expect(fromPods(said(local))).toEqual(fromPods(said(real)));
    const kubelet = (seen: Seen): Event | undefined => seen.events.find(({ involvedObject }) => involvedObject.fieldPath !== undefined);
    expect(fieldPaths(kubelet(local))).toEqual(fieldPaths(kubelet(real)));
  });
});

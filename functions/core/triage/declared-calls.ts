/** Which Services a pod says that it calls: host names in its environment and in the ConfigMaps that it gets its environment from. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { listAt, textAt, valueAt } from "../records/read-object.ts";
import { findObject } from "./find-at.ts";
import { labelsAt } from "./label-selector.ts";
import type { PodView } from "./pod-view.ts";
import { SERVICE } from "./service-back-end.ts";
import type { Snapshot } from "./snapshot.ts";

export interface DeclaredCall {
  readonly service: KubernetesObject;
  readonly port: number | undefined;
  /** Where it is said: `env DATABASE_URL`. */
  readonly where: string;
}

/** Longest value that is searched; certificates and scripts name hosts that nobody calls. */
const MAX_VALUE = 2000;
const HOST_NAMES = /(HOST|ADDR|URL|URI|SERVER|ENDPOINT|DSN|BROKER|BACKEND|UPSTREAM|CONNECTION|SERVICE)/i;
/** A host, with its port where one follows: `db.data.svc.cluster.local:5432`, `redis:6379`, `postgres`. */
const HOST =
  /(?<![\w.-])([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)(?:\.([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)(?:\.svc(?:\.[a-z0-9.-]+)?)?)?(?::(\d{1,5}))?(?![\w.-])/g;

/** Services that stand in the snapshot and that the pod names; one entry for each Service and port. */
export function declaredCalls(pod: PodView, snapshot: Snapshot): readonly DeclaredCall[] {
  const calls = environmentOf(pod, snapshot).flatMap(({ name, value }) =>
    hostsIn(name, value).flatMap(({ host, place, port }): DeclaredCall[] => {
      const service = findObject(snapshot, SERVICE, { name: host, namespace: place ?? pod.ref.namespace });
      return service ? [{ service, port, where: `env ${name}` }] : [];
    }),
  );
  return [...new Map(calls.map((call) => [`${call.service.metadata.namespace}/${call.service.metadata.name}:${call.port}`, call])).values()];
}

interface Host {
  readonly host: string;
  readonly place: string | undefined;
  readonly port: number | undefined;
}

/** A word alone is a host only where it stands in an address, or where the variable's name says so. */
function hostsIn(name: string, value: string): readonly Host[] {
  if (value.length > MAX_VALUE) return [];
  return [...value.matchAll(HOST)].flatMap((match) => {
    const [whole, host, place, port] = match;
    const isHost = place !== undefined || port !== undefined || isInUrl(value, match.index) || (whole === value && HOST_NAMES.test(name));
    return isHost && host !== undefined ? [{ host, place, port: port === undefined ? undefined : Number(port) }] : [];
  });
}

function isInUrl(value: string, index: number): boolean {
  return value.slice(0, index).endsWith("//") || value.slice(0, index).endsWith("@");
}

function environmentOf(pod: PodView, snapshot: Snapshot): readonly { readonly name: string; readonly value: string }[] {
  const namespace = pod.ref.namespace ?? "";
  const data = (name: string | undefined): Readonly<Record<string, string>> =>
    name === undefined ? {} : labelsAt(findObject(snapshot, { group: "", kind: "ConfigMap" }, { name, namespace }), "data");
  return listAt(pod.object, "spec", "containers").flatMap((container) => [
    ...listAt(container, "env").flatMap((variable) => {
      const from = valueAt(variable, "valueFrom", "configMapKeyRef");
      const value = textAt(variable, "value") ?? (from === undefined ? undefined : data(textAt(from, "name"))[textAt(from, "key") ?? ""]);
      return value === undefined ? [] : [{ name: textAt(variable, "name") ?? "", value }];
    }),
    ...listAt(container, "envFrom").flatMap((source) => Object.entries(data(textAt(source, "configMapRef", "name"))).map(([name, value]) => ({ name, value }))),
    ...[...listAt(container, "args"), ...listAt(container, "command")].flatMap((value) => (typeof value === "string" ? [{ name: "args", value }] : [])),
  ]);
}

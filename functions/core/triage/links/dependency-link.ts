/** Workloads that fail because something they call is down: their own words name it, or say that no name can be resolved. */
import type { ObjectRef } from "../../records/fields.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, refOf, textAt } from "../../records/read-object.ts";
import { workloadAtZero } from "../named-calls.ts";
import { group, once, type Scene } from "../scene.ts";
import { workloadBehind } from "./back-ends.ts";
import { type Link, type LinkRule, wordsOf } from "./link.ts";

/** Words of resolvers when they get no answer, or none that helps. */
export const NO_NAMES =
  /no such host|name resolution|EAI_AGAIN|ENOTFOUND|SERVFAIL|getaddrinfo|UnknownHostException|name or service not known|could not translate host name|server misbehaving|lookup \S+ on \S+:53/i;

/** Words of clients that were not served. */
export const NOT_SERVED =
  /connection refused|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|i\/o timeout|no route to host|connection reset|timed? ?out|deadline exceeded|bad gateway|service unavailable|gateway time-?out|\b50[234]\b|Unavailable|no endpoints available/i;

/** What may follow or precede a bare name so that it is a host and no word: `db:5432`, `host=db`, `"db"`, `//db/`, `lookup db on`. */
const HOSTS =
  /(?:\/\/|@|lookup |host[= ]"?|hostname[= ]"?|server[= ]"?|service[= ]")([a-z0-9][a-z0-9.-]{0,252})|([a-z0-9][a-z0-9.-]{0,252})(?::\d{2,5}\b)|\b([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})\b/gi;

/** Hosts that one finding may name; a log that names more is no evidence for any. */
const MAX_HOSTS = 40;

/** Kinds of trouble that another workload's absence brings about. */
export const DEPENDENT = /^(crash-loop|init-failing|not-ready|image-pull|comparison-error|sync-failed|failed-job|unavailable)$/;

/** The DNS service of a cluster, by the name that every distribution keeps. */
const DNS = { apiVersion: "v1", kind: "Service", namespace: "kube-system", name: "kube-dns" };

/** Links to the workload that does not serve: the cluster's DNS, or the one behind a host that the finding names. */
export const linkToDependency: LinkRule = (finding, scene) => {
  if (!DEPENDENT.test(finding.category)) return undefined;
  const words = wordsOf(finding);
  const isUnresolved = NO_NAMES.test(words);
  if (!isUnresolved && !NOT_SERVED.test(words)) return undefined;
  const dns = isUnresolved ? serviceLink(scene.snapshot.get(DNS), scene, "the cluster's DNS does not answer, so no name can be resolved") : undefined;
  return dns ?? namedHost(words, { namespace: finding.object.namespace ?? "", scene });
};

function serviceLink(service: KubernetesObject | undefined, scene: Scene, message: string): Link | undefined {
  const target = service && (workloadBehind(service, scene) ?? troubled(refOf(service), scene));
  return target && { target, shows: { category: "unavailable", message, field: "status", value: "" } };
}

/** Nobody's trouble by itself, as it is meant so; somebody who fails because of it shows that it was not. */
export function scaledToZero(service: KubernetesObject, { snapshot }: Scene): Link | undefined {
  const workload = workloadAtZero(snapshot, service);
  const message = "it is scaled to 0 replicas, and what calls it fails";
  return workload && { target: refOf(workload), shows: { category: "scaled-to-zero", message, field: "spec.replicas", value: "0" } };
}

function troubled(ref: ObjectRef, scene: Scene): ObjectRef | undefined {
  return scene.troubleOf(ref) && ref;
}

/** The hosts that a text names, in small letters. */
export function hostsIn(words: string): ReadonlySet<string> {
  return new Set([...words.matchAll(HOSTS)].slice(0, MAX_HOSTS).map((match) => (match[1] ?? match[2] ?? match[3] ?? "").toLowerCase()));
}

function namedHost(words: string, { namespace, scene }: { readonly namespace: string; readonly scene: Scene }): Link | undefined {
  for (const host of hostsIn(words)) {
    for (const service of servicesAt(host, { namespace, scene })) {
      const link = serviceLink(service, scene, "none of its pods serves") ?? scaledToZero(service, scene);
      if (link) return link;
    }
  }
  return undefined;
}

/** `db` in its own namespace, `db.data`, `db.data.svc.cluster.local`, the service's address, and hosts of ingresses. */
function servicesAt(host: string, { namespace, scene }: { readonly namespace: string; readonly scene: Scene }): readonly KubernetesObject[] {
  const [name = "", place = namespace, kind = "svc"] = host.split(".");
  const named = kind === "svc" ? scene.snapshot.get({ apiVersion: "v1", kind: "Service", namespace: place, name }) : undefined;
  return [...(named ? [named] : []), ...(addresses(scene).get(host) ?? [])];
}

const indexes = new WeakMap<Scene, () => ReadonlyMap<string, readonly KubernetesObject[]>>();

/** Services by their address and by the hosts of ingresses that lead to them. */
function addresses(scene: Scene): ReadonlyMap<string, readonly KubernetesObject[]> {
  const index =
    indexes.get(scene) ??
    once(() => {
      const found = [
        ...scene.snapshot.ofKind("Service").map((service) => ({ host: textAt(service, "spec", "clusterIP") ?? "", service })),
        ...ingressHosts(scene),
      ];
      const usable = group(
        found.filter(({ host }) => host !== "" && host !== "None"),
        ({ host }) => host,
      );
      return new Map([...usable].map(([host, entries]) => [host, entries.map(({ service }) => service)]));
    });
  indexes.set(scene, index);
  return index();
}

function ingressHosts({ snapshot }: Scene): readonly { readonly host: string; readonly service: KubernetesObject }[] {
  return snapshot.ofKind("Ingress").flatMap((ingress) =>
    listAt(ingress, "spec", "rules").flatMap((rule) => {
      const host = textAt(rule, "host");
      const { namespace } = ingress.metadata;
      if (host === undefined || namespace === undefined) return [];
      return listAt(rule, "http", "paths").flatMap((path) => {
        const name = textAt(path, "backend", "service", "name") ?? "";
        const service = snapshot.get({ apiVersion: "v1", kind: "Service", namespace, name });
        return service ? [{ host: host.toLowerCase(), service }] : [];
      });
    }),
  );
}

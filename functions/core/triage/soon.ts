/** What works today and will not for much longer: volumes and disks that fill, memory near its limit, certificates, quotas. */
import type { Measured, MetricSample, Soon } from "../records/health.ts";
import { formatObject } from "../records/fields.ts";
import { parseQuantity } from "../records/quantity.ts";
import { refOf, textAt, valueAt } from "../records/read-object.ts";
import { alertNode } from "./alert-places.ts";
import { objectsOf } from "./find-at.ts";
import type { Snapshot } from "./snapshot.ts";
import { unreadTlsSecrets, usedTlsSecrets } from "./tls-secrets.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** What is fuller than this, or closer to its limit, will soon be full. */
const NEARLY = 0.9;
/** What fills has to be half full, too: a new volume grows fast and stops. */
const HALF = 0.5;
/** Time enough to renew a certificate by hand. */
const CERTIFICATE_MS = 14 * DAY_MS;

export type SoonSeen = Pick<Soon, "id" | "words" | "at">;

/** Everything that will break, what breaks first told first. */
export function breaksSoon(snapshot: Snapshot, measured: Measured): readonly SoonSeen[] {
  const seen = [
    ...certificates(snapshot, samplesOf(measured.certificates)),
    ...filling(snapshot, samplesOf(measured.volumes), samplesOf(measured.volumesFill), volumeName),
    ...filling(snapshot, samplesOf(measured.disks), samplesOf(measured.disksFill), (labels) => diskName(labels, snapshot)),
    ...memory(snapshot, samplesOf(measured.memory)),
    ...quotas(snapshot),
  ];
  const one = new Map(seen.map((item) => [item.id, item]));
  return [...one.values()].toSorted((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity) || a.words.localeCompare(b.words, "en"));
}

/** What could not be told, and why; the same reason once for all that it is about. */
export function notMeasured(snapshot: Snapshot, measured: Measured): readonly string[] {
  const unknown = [
    ["how full volumes are", measured.volumes],
    ["how full the disks of nodes are", measured.disks],
    ["how near containers come to their memory limits", measured.memory],
    ["when the certificates of probed addresses expire", measured.certificates],
  ].flatMap(([what, answer]) => (typeof what === "string" && typeof answer === "string" ? [{ what, reason: answer }] : []));
  const byReason = new Map<string, string[]>();
  for (const { what, reason } of unknown) byReason.set(reason, [...(byReason.get(reason) ?? []), what]);
  const secrets = unreadTlsSecrets(snapshot);
  return [
    ...[...byReason].map(([reason, whats]) => `${whats.join(", ")}: ${reason}`),
    ...(secrets.length > 0
      ? [
          `when ${secrets.length === 1 ? "a certificate expires" : `${secrets.length} certificates expire`} that nothing renews (${secrets.slice(0, 3).map(formatObject).join(", ")}): the contents of Secrets are not read`,
        ]
      : []),
  ];
}

function samplesOf(answer: readonly MetricSample[] | string): readonly MetricSample[] {
  return typeof answer === "string" ? [] : answer;
}

/** cert-manager's own are no matter of time: it renews them, and where it does not, that is a fault of today. */
function certificates(snapshot: Snapshot, probed: readonly MetricSample[]): readonly SoonSeen[] {
  const inSecrets = usedTlsSecrets(snapshot).map(({ secret, certificate }) => ({
    at: Date.parse(certificate.notAfter),
    what: `the certificate in ${formatObject(refOf(secret))}${certificate.names[0] === undefined ? "" : ` for ${certificate.names[0]}`}, which nothing renews,`,
  }));
  const atAddresses = probed.map(({ labels, value }) => ({
    at: value * 1000,
    what: `the certificate at ${labels["target"] ?? labels["instance"] ?? "a probed address"}`,
  }));
  return [...inSecrets, ...atAddresses]
    .filter(({ at }) => at > snapshot.now && at - snapshot.now <= CERTIFICATE_MS)
    .map(({ at, what }) => ({
      id: what,
      at: Math.round(at),
      words: `${what} expires on ${new Date(at).toISOString().slice(0, 10)}, ${inDays(at - snapshot.now)}`,
    }));
}

function inDays(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  return days < 1 ? "within a day" : `in ${days} day${days === 1 ? "" : "s"}`;
}

type NameOf = (labels: MetricSample["labels"]) => string | undefined;

function filling(snapshot: Snapshot, used: readonly MetricSample[], fills: readonly MetricSample[], nameOf: NameOf): readonly SoonSeen[] {
  const seconds = new Map(fills.flatMap(({ labels, value }) => named(nameOf(labels), value)));
  const shares = new Map(used.flatMap(({ labels, value }) => named(nameOf(labels), value)));
  return [...shares].flatMap(([name, share]): SoonSeen[] => {
    const left = seconds.get(name);
    const percent = `${Math.floor(share * 100)} % full`;
    if (left !== undefined && share >= HALF) {
      const at = Math.round(snapshot.now + left * 1000);
      return [{ id: name, at, words: `${name} is ${percent}, and full ${inDays(left * 1000)} if it goes on as in the last day` }];
    }
    return share >= NEARLY ? [{ id: name, words: `${name} is ${percent}` }] : [];
  });
}

function named(name: string | undefined, value: number): [string, number][] {
  return name === undefined ? [] : [[name, value]];
}

function volumeName({ namespace, persistentvolumeclaim: name }: MetricSample["labels"]): string | undefined {
  return namespace === undefined || name === undefined ? undefined : `PersistentVolumeClaim ${namespace}/${name}`;
}

function diskName(labels: MetricSample["labels"], snapshot: Snapshot): string | undefined {
  const [node] = alertNode(labels, snapshot);
  return labels["mountpoint"] === undefined
    ? undefined
    : `the disk at ${labels["mountpoint"]} of ${node ? formatObject(node) : (labels["instance"] ?? "a node")}`;
}

/** The pods of one workload are one matter: the one that comes nearest speaks for all. */
function memory(snapshot: Snapshot, peaks: readonly MetricSample[]): readonly SoonSeen[] {
  return [...peaks]
    .filter(({ value }) => value >= NEARLY)
    .sort((a, b) => a.value - b.value)
    .flatMap(({ labels, value }): SoonSeen[] => {
      const { namespace = "", pod = "", container = "" } = labels;
      const object = snapshot.get({ kind: "Pod", namespace, name: pod });
      if (!object) return [];
      const who = `container ${container} of ${formatObject(snapshot.rootOf(object))}`;
      return [{ id: who, words: `${who} came to ${Math.floor(value * 100)} % of its memory limit within the last day; beyond it it is killed` }];
    });
}

function quotas(snapshot: Snapshot): readonly SoonSeen[] {
  return objectsOf(snapshot, { group: "", kind: "ResourceQuota" }).flatMap((quota) => {
    const hard = valueAt(quota, "status", "hard");
    return Object.keys(hard !== null && typeof hard === "object" ? hard : {}).flatMap((resource): SoonSeen[] => {
      const [limit, used] = [parseQuantity(valueAt(hard, resource)), parseQuantity(valueAt(quota, "status", "used", resource))];
      // A quota of one that is taken is as it is meant; of a few, the last is no warning.
      if (limit === undefined || used === undefined || limit < 10 || used < limit * NEARLY) return [];
      const who = `${formatObject(refOf(quota))}: ${resource}`;
      return [
        {
          id: who,
          words: `${who} is used up to ${Math.floor((used / limit) * 100)} % (${textAt(quota, "status", "used", resource) ?? used} of ${textAt(hard, resource) ?? limit})`,
        },
      ];
    });
  });
}

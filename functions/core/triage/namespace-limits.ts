/** What a namespace allows: LimitRanges for each container and pod, ResourceQuotas for all of them together. */
import { formatObject } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { parseQuantity } from "../records/quantity.ts";
import { isSameObject, listAt, refOf, textAt, valueAt } from "../records/read-object.ts";
import { formatAmount } from "./node-fit.ts";
import type { PodView } from "./pod-view.ts";
import type { Snapshot } from "./snapshot.ts";

const RESOURCES = ["cpu", "memory"] as const;
const SIDES = ["requests", "limits"] as const;
type Resource = (typeof RESOURCES)[number];
type Side = (typeof SIDES)[number];

/** What a workload's pods would be, and how many. */
export interface Demand {
  readonly workload: KubernetesObject;
  readonly pod: PodView;
  readonly replicas: number;
}

/** Says what the namespace has against such pods; empty where nothing is. Quotas with scopes are not weighed. */
export function againstNamespace(snapshot: Snapshot, demand: Demand): readonly string[] {
  const { namespace } = demand.workload.metadata;
  const here = (kind: string): readonly KubernetesObject[] => snapshot.ofKind(kind).filter((object) => object.metadata.namespace === namespace);
  const ranges = here("LimitRange");
  const items = ranges.flatMap((range) => listAt(range, "spec", "limits").map((item) => ({ name: range.metadata.name, item })));
  const quotas = here("ResourceQuota").filter((quota) => listAt(quota, "spec", "scopes").length === 0 && valueAt(quota, "spec", "scopeSelector") === undefined);
  return [...items.flatMap((one) => againstRange(one, demand.pod, items)), ...quotas.flatMap((quota) => againstQuota(snapshot, demand, { quota, items }))];
}

interface RangeItem {
  readonly name: string;
  readonly item: unknown;
}

function againstRange({ name, item }: RangeItem, pod: PodView, items: readonly RangeItem[]): readonly string[] {
  const type = textAt(item, "type");
  const containers = containersOf(pod);
  const parts: readonly (readonly [string, (side: Side, resource: Resource) => number | undefined])[] =
    type === "Pod"
      ? [["the pod", (side, resource) => amountOf(pod, { side, resource, items })]]
      : type === "Container"
        ? containers.map((container) => [`container ${textAt(container, "name") ?? ""}`, (side, resource) => defaulted(container, { side, resource, items })])
        : [];
  return parts.flatMap(([who, amount]) =>
    RESOURCES.flatMap((resource) => {
      const [max, min, limit, request] = [bound(item, "max", resource), bound(item, "min", resource), amount("limits", resource), amount("requests", resource)];
      const words = `${who}: LimitRange ${name} allows`;
      return [
        ...(max !== undefined && limit !== undefined && limit > max
          ? [`${words} at most ${formatAmount(max, resource)} ${resource}, and the limit would be ${formatAmount(limit, resource)}`]
          : []),
        ...(min !== undefined && request !== undefined && request < min
          ? [`${words} no less than ${formatAmount(min, resource)} ${resource}, and the request would be ${formatAmount(request, resource)}`]
          : []),
        ...againstRatio(words, { ratio: bound(item, "maxLimitRequestRatio", resource), limit, request, resource }),
      ];
    }),
  );
}

interface Ratio {
  readonly ratio: number | undefined;
  readonly limit: number | undefined;
  readonly request: number | undefined;
  readonly resource: Resource;
}

function againstRatio(words: string, { ratio, limit, request, resource }: Ratio): readonly string[] {
  if (ratio === undefined || limit === undefined || request === undefined || request === 0 || limit / request <= ratio) return [];
  return [`${words} a ${resource} limit of at most ${ratio} times the request, and it would be ${Math.ceil((limit / request) * 10) / 10} times`];
}

function bound(item: unknown, field: string, resource: Resource): number | undefined {
  return parseQuantity(valueAt(item, field, resource));
}

function containersOf(pod: PodView): readonly unknown[] {
  return ["containers", "initContainers"].flatMap((list) => listAt(pod.object, "spec", list));
}

interface Amount {
  readonly side: Side;
  readonly resource: Resource;
  readonly items: readonly RangeItem[];
}

/** What the API server fills in: a request is the limit, then the namespace's defaults. */
function defaulted(container: unknown, { side, resource, items }: Amount): number | undefined {
  const own = (of: Side): number | undefined => parseQuantity(valueAt(container, "resources", of, resource));
  const byDefault = (field: string): number | undefined =>
    items.flatMap(({ item }) => (textAt(item, "type") === "Container" ? (bound(item, field, resource) ?? []) : []))[0];
  return side === "limits"
    ? (own("limits") ?? byDefault("default"))
    : (own("requests") ?? own("limits") ?? byDefault("defaultRequest") ?? byDefault("default"));
}

/** As quotas count it: the containers and sidecars together, or the largest init container where that is more; undefined where a container says nothing. */
function amountOf(pod: PodView, amount: Amount): number | undefined {
  const of = (list: readonly unknown[]): readonly (number | undefined)[] => list.map((container) => defaulted(container, amount));
  const init = listAt(pod.object, "spec", "initContainers");
  const stays = of([...listAt(pod.object, "spec", "containers"), ...init.filter((one) => textAt(one, "restartPolicy") === "Always")]);
  if ([...stays, ...of(init)].includes(undefined)) return undefined;
  return Math.max(
    stays.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    ...of(init).map((one) => one ?? 0),
  );
}

interface Quota {
  readonly quota: KubernetesObject;
  readonly items: readonly RangeItem[];
}

/** All pods at the end, and the first new one beside the old ones where none of those may go first. */
function againstQuota(snapshot: Snapshot, { workload, pod, replicas }: Demand, { quota, items }: Quota): readonly string[] {
  const hard = valueAt(quota, "status", "hard") ?? valueAt(quota, "spec", "hard");
  const own = snapshot.pods.filter(
    ({ object, phase }) => phase !== "Succeeded" && phase !== "Failed" && isSameObject(snapshot.rootOf(object), refOf(workload)),
  );
  return SIDES.flatMap((side) => RESOURCES.map((resource) => ({ side, resource }))).flatMap(({ side, resource }) => {
    const keys = side === "requests" ? [`requests.${resource}`, resource] : [`limits.${resource}`];
    const key = keys.find((one) => valueAt(hard, one) !== undefined);
    const [most, used] = key === undefined ? [] : [parseQuantity(valueAt(hard, key)), parseQuantity(valueAt(quota, "status", "used", key)) ?? 0];
    if (key === undefined || most === undefined || used === undefined) return [];
    const asked = amountOf(pod, { side, resource, items });
    const name = `ResourceQuota ${quota.metadata.name}`;
    if (asked === undefined) return [`${name} counts ${key}, and a container of ${formatObject(refOf(workload))} would say none: its pods would be refused`];
    const mine = own.reduce((sum, one) => sum + (amountOf(one, { side, resource, items }) ?? 0), 0);
    const [end, first] = [used - mine + asked * replicas, isMadeFirst(workload, replicas) && replicas > 0 ? used + asked : 0];
    if (end > most) return [`${name} allows ${formatAmount(most, resource)} of ${key}, and it would come to ${formatAmount(end, resource)}`];
    return first > most
      ? [`${name} allows ${formatAmount(most, resource)} of ${key}: the first new pod beside the old ones would come to ${formatAmount(first, resource)}`]
      : [];
  });
}

/** A deployment that may take none of its pods away before a new one is ready. */
function isMadeFirst(workload: KubernetesObject, replicas: number): boolean {
  if (workload.kind !== "Deployment" || textAt(workload, "spec", "strategy", "type") === "Recreate") return false;
  const share = valueAt(workload, "spec", "strategy", "rollingUpdate", "maxUnavailable") ?? "25%";
  const gone = typeof share === "number" ? share : Math.floor((replicas * Number(String(share).replace("%", ""))) / 100);
  return !(gone >= 1);
}

/** Gateway API: classes, gateways and routes that are not accepted, and routes to Services that are not there. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { groupOf, listAt, numberAt, textAt, valueAt } from "../../records/read-object.ts";
import { troubleOfCall } from "../back-end-trouble.ts";
import { conditionEvidence, conditionsOf, type ConditionView, sayCondition, viewCondition } from "../condition-view.ts";
import { findAt, findObject, wasRead } from "../find-at.ts";
import type { Analyzer, Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

const GROUP = "gateway.networking.k8s.io";
const ROUTES = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];
const GATEWAY = { group: GROUP, kind: "Gateway" };

/** Finds GatewayClasses and Gateways that no controller serves as they are written. */
export const findGatewayTrouble: Analyzer = findAt(GROUP, ["GatewayClass", "Gateway"], (object, snapshot) => {
  if (object.kind === "GatewayClass")
    return conditionsOf(object).map((one) => (one.type === "Accepted" ? refused(one, "gateway-class-not-accepted") : undefined));
  const name = textAt(object, "spec", "gatewayClassName") ?? "";
  const gatewayClass = { group: GROUP, kind: "GatewayClass" };
  const noClass = wasRead(snapshot, gatewayClass) && !findObject(snapshot, gatewayClass, { name });
  if (noClass) return [{ category: "missing-gateway-class", message: `the GatewayClass ${name} does not exist`, evidence: [["spec.gatewayClassName", name]] }];
  return [...conditionsOf(object).map(ofGateway), ...listAt(object, "status", "listeners").flatMap(ofListener)];
});

function ofGateway(condition: ConditionView): Seen | undefined {
  return condition.type === "Accepted" || condition.type === "Programmed" ? refused(condition, "gateway-not-programmed") : undefined;
}

function ofListener(listener: unknown): (Seen | undefined)[] {
  const name = textAt(listener, "name") ?? "";
  return listAt(listener, "conditions").map((raw) => {
    const condition = viewCondition(raw);
    const isBad = condition.type === "Conflicted" ? condition.status === "True" : condition.status === "False" && condition.type !== "OverlappingTLSConfig";
    if (!isBad) return undefined;
    return {
      category: "listener-not-ready",
      message: `listener ${name} does not work: ${condition.type} is ${condition.status} (${sayCondition(condition)})`,
      evidence: conditionEvidence(condition),
      since: condition.since,
    };
  });
}

function refused(condition: ConditionView, category: string): Seen | undefined {
  if (condition.status !== "False") return undefined;
  return { category, message: `${condition.type} is False: ${sayCondition(condition)}`, evidence: conditionEvidence(condition), since: condition.since };
}

/** Finds routes that no Gateway took, and those whose back end is not there. */
export const findRouteTrouble: Analyzer = findAt(GROUP, ROUTES, (route, snapshot) => {
  const missing = [...missingGateways(route, snapshot), ...backEnds(route, snapshot)];
  const refusals = listAt(route, "status", "parents").flatMap((parent) =>
    listAt(parent, "conditions").map((raw) => {
      const condition = viewCondition(raw);
      const isOwnWord = condition.type === "Accepted" || (condition.type === "ResolvedRefs" && missing.length === 0);
      return isOwnWord ? refused(condition, condition.type === "Accepted" ? "route-not-accepted" : "route-back-end-unresolved") : undefined;
    }),
  );
  return [...missing, ...refusals];
});

function missingGateways(route: KubernetesObject, snapshot: Snapshot): readonly Seen[] {
  if (!wasRead(snapshot, GATEWAY)) return [];
  return listAt(route, "spec", "parentRefs").flatMap((parent) => {
    const name = textAt(parent, "name") ?? "";
    const namespace = textAt(parent, "namespace") ?? route.metadata.namespace;
    if ((textAt(parent, "kind") ?? "Gateway") !== "Gateway" || findObject(snapshot, GATEWAY, { name, namespace })) return [];
    return [
      { category: "missing-gateway", message: `the Gateway ${namespace}/${name} does not exist`, evidence: [["spec.parentRefs", `${namespace}/${name}`]] },
    ];
  });
}

function backEnds(route: KubernetesObject, snapshot: Snapshot): readonly Seen[] {
  const refs = listAt(route, "spec", "rules").flatMap((rule) => listAt(rule, "backendRefs"));
  return refs.flatMap((ref) => {
    const isService = (textAt(ref, "kind") ?? "Service") === "Service" && groupOf(`${textAt(ref, "group") ?? ""}/v1`) === "";
    const name = textAt(ref, "name");
    const trouble =
      isService && name !== undefined && valueAt(ref, "weight") !== 0
        ? troubleOfCall(snapshot, { namespace: textAt(ref, "namespace") ?? route.metadata.namespace ?? "", name, port: numberAt(ref, "port") })
        : undefined;
    if (!trouble) return [];
    const category = { missing: "missing-service", port: "missing-service-port", unready: "back-end-unavailable" }[trouble.kind];
    return [{ category, message: `the route leads nowhere: ${trouble.words}`, evidence: [["spec.rules.backendRefs", name]], blames: trouble.blames }];
  });
}

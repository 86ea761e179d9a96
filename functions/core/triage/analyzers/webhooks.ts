/** Admission and conversion webhooks without a back end: they break writes far away from where the fault is. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, numberAt, textAt, valueAt } from "../../records/read-object.ts";
import { type BackEndTrouble, troubleOfCall } from "../back-end-trouble.ts";
import { findAt } from "../find-at.ts";
import type { Analyzer, Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

/** Finds webhook configurations that call a Service which is not there or has no ready pod. */
export const findWebhookTrouble: Analyzer = findAt(
  "admissionregistration.k8s.io",
  ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"],
  (configuration, snapshot) => {
    const seen = listAt(configuration, "webhooks").flatMap((webhook) => admission(configuration, webhook, snapshot) ?? []);
    // A configuration mostly calls one Service for many rules.
    return [...new Map(seen.map((one) => [one.message.replace(/^webhook \S+ /, ""), one])).values()];
  },
);

function admission(configuration: KubernetesObject, webhook: unknown, snapshot: Snapshot): Seen | undefined {
  const trouble = callTrouble(valueAt(webhook, "clientConfig"), snapshot);
  const policy = textAt(webhook, "failurePolicy") ?? "Fail";
  const name = textAt(webhook, "name") ?? "";
  if (!trouble) return withoutCa(configuration, webhook);
  const effect =
    policy === "Ignore"
      ? "with failurePolicy Ignore its checks are skipped"
      : `with failurePolicy Fail the API server refuses to write ${resourcesOf(webhook)}`;
  return {
    category: trouble.kind === "unready" ? "webhook-unavailable" : "missing-webhook-service",
    message: `webhook ${name} cannot be called: ${trouble.words}; ${effect} (failed calling webhook)`,
    evidence: [
      ["webhooks.clientConfig.service", serviceName(valueAt(webhook, "clientConfig"))],
      ["webhooks.failurePolicy", policy],
    ],
    blames: trouble.blames,
  };
}

/** cert-manager's injector fills the bundle; while it is empty, no call succeeds. */
function withoutCa(configuration: KubernetesObject, webhook: unknown): Seen | undefined {
  const from = configuration.metadata.annotations?.["cert-manager.io/inject-ca-from"];
  if (from === undefined || (textAt(webhook, "clientConfig", "caBundle") ?? "") !== "") return undefined;
  return {
    category: "webhook-without-ca",
    message: `webhook ${textAt(webhook, "name") ?? ""} has no caBundle: cert-manager has not injected it from Certificate ${from}, so calls fail with x509 errors`,
    evidence: [["webhooks.clientConfig.caBundle", "(empty)"]],
  };
}

function callTrouble(config: unknown, snapshot: Snapshot): BackEndTrouble | undefined {
  const name = textAt(config, "service", "name");
  const namespace = textAt(config, "service", "namespace");
  if (name === undefined || namespace === undefined) return undefined;
  return troubleOfCall(snapshot, { namespace, name, port: numberAt(config, "service", "port") ?? 443 });
}

function serviceName(config: unknown): string {
  return `${textAt(config, "service", "namespace") ?? ""}/${textAt(config, "service", "name") ?? ""}`;
}

function resourcesOf(webhook: unknown): string {
  const names = new Set(listAt(webhook, "rules").flatMap((rule) => listAt(rule, "resources")));
  return names.size === 0 || names.has("*") || names.has("*/*") ? "anything" : [...names].slice(0, 4).join(", ");
}

/** Finds custom resources whose versions cannot be converted, so that they can be neither read nor written. */
export const findConversionTrouble: Analyzer = findAt("apiextensions.k8s.io", ["CustomResourceDefinition"], (crd, snapshot) => {
  const config = valueAt(crd, "spec", "conversion", "webhook", "clientConfig");
  const trouble = textAt(crd, "spec", "conversion", "strategy") === "Webhook" ? callTrouble(config, snapshot) : undefined;
  return [
    trouble && {
      category: trouble.kind === "unready" ? "webhook-unavailable" : "missing-webhook-service",
      message: `the conversion webhook of ${crd.metadata.name} cannot be called: ${trouble.words}; its objects can be neither read nor written`,
      evidence: [["spec.conversion.webhook.clientConfig.service", serviceName(config)]],
      blames: trouble.blames,
    },
  ];
});

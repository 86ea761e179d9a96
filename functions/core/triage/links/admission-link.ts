/** Pods and applies that the API server turned down: the message names the quota that is full, or the webhook that nobody answers. */
import type { ObjectRef } from "../../records/fields.ts";
import { listAt, refOf, textAt } from "../../records/read-object.ts";
import type { Scene } from "../scene.ts";
import { workloadBehind } from "./back-ends.ts";
import { type Link, type LinkRule, wordsOf } from "./link.ts";

const QUOTA = /exceeded quota: ([a-z0-9.-]+)/;
const WEBHOOK = /failed calling webhook "([^"]+)"/;
const WEBHOOK_URL = /https?:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc\b/;
const CONFIGURATIONS = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];

/** Links to the quota by its name, to the webhook by its service or its configuration. */
export const linkToAdmission: LinkRule = (finding, scene) => {
  const words = wordsOf(finding);
  return toQuota(words, { namespace: finding.object.namespace, scene }) ?? toWebhook(words, scene);
};

function toQuota(words: string, { namespace, scene }: { readonly namespace: string | undefined; readonly scene: Scene }): Link | undefined {
  const name = QUOTA.exec(words)?.[1];
  const quota =
    name === undefined ? undefined : scene.snapshot.get({ apiVersion: "v1", kind: "ResourceQuota", name, ...(namespace !== undefined && { namespace }) });
  if (!quota) return undefined;
  const said = /exceeded quota: [^\n]*/.exec(words)?.[0] ?? "";
  return {
    target: refOf(quota),
    shows: { category: "quota-exceeded", message: `the quota is full, so pods cannot be created: ${said}`, field: "status.used", value: said },
  };
}

/** What stands behind the webhook's service is the cause where it is in trouble itself; else the service, else the configuration that calls it. */
function toWebhook(words: string, scene: Scene): Link | undefined {
  const webhook = WEBHOOK.exec(words)?.[1];
  if (webhook === undefined) return undefined;
  const [, service = "", namespace = ""] = WEBHOOK_URL.exec(words) ?? [];
  const found = scene.snapshot.get({ apiVersion: "v1", kind: "Service", namespace, name: service });
  const target: ObjectRef | undefined = (found && (workloadBehind(found, scene) ?? refOf(found))) ?? configurationOf(webhook, scene);
  const message = `the webhook ${webhook} does not answer, so what it has to check is turned down: ${/failed calling webhook[^\n]*/.exec(words)?.[0] ?? ""}`;
  return target && { target, shows: { category: "webhook-failed", message, field: "webhook", value: webhook } };
}

function configurationOf(webhook: string, { snapshot }: Scene): ObjectRef | undefined {
  const configurations = CONFIGURATIONS.flatMap((kind) => snapshot.ofKind(kind));
  const found = configurations.find((one) => listAt(one, "webhooks").some((entry) => textAt(entry, "name") === webhook));
  return found && refOf(found);
}

/** The certificates of TLS Secrets that nothing renews: of these alone more than the name is read, and of that only what is public is kept. */
import { Refused } from "../../ports/errors.ts";
import { certificateOf } from "../../records/certificate.ts";
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { isObject } from "../../records/manifest.ts";
import { textAt } from "../../records/read-object.ts";
import type { ApiClient } from "./api-client.ts";
import { listResource } from "./list-resource.ts";
import { pathOf, type Resource } from "./resources.ts";

const TLS: Resource = { group: "", kind: "Secret", plural: "secrets", namespaced: true, metadataOnly: true, page: 500, fields: "type=kubernetes.io/tls" };

/** Secrets that are read; a home has a handful. */
const MAX_READ = 50;

/** What cert-manager makes it also renews, and its Certificate says until when. */
const RENEWED = "cert-manager.io/certificate-name";

/** The Secrets with their certificate's facts; none where they may not be read. @throws Unavailable, Refused for what is no matter of rights */
export async function tlsCertificates(api: ApiClient, namespace?: string): Promise<readonly KubernetesObject[]> {
  const named: KubernetesObject[] = [];
  const found: KubernetesObject[] = [];
  try {
    await listResource(api, { resource: TLS, version: "v1", namespace }, (secret) => named.push(secret));
    for (const { metadata } of named.filter((secret) => secret.metadata.annotations?.[RENEWED] === undefined).slice(0, MAX_READ)) {
      const path = `${pathOf(TLS, "v1", metadata.namespace)}/${encodeURIComponent(metadata.name)}`;
      found.push(...publicPart(await api.json(path)));
    }
  } catch (error) {
    if (!(error instanceof Refused && (error.status === 403 || error.status === 404))) throw error;
  }
  return found;
}

function publicPart(answer: unknown): KubernetesObject[] {
  const certificate = certificateOf(answer);
  const metadata: unknown = answer !== null && typeof answer === "object" ? Reflect.get(answer, "metadata") : undefined;
  const secret = { apiVersion: "v1", kind: "Secret", metadata, type: textAt(answer, "type"), certificate };
  return certificate && isObject(secret) ? [secret] : [];
}

/** The secrets folder as Kubernetes Secrets, one for each function's own eyes. */
import { stringify } from "yaml";
import { SECRET_NAMES, type SecretsFolder } from "./secrets-folder.ts";

/** Manifests of what is in the folder; a secret that is not there yet is left out. */
export function secretManifests(secrets: SecretsFolder, namespace: string): string {
  const documents = SECRET_NAMES.flatMap((name) => {
    const value = secrets.read(name);
    if (value === undefined) return [];
    const metadata = { name: `anchorwatch-${name}`, namespace, labels: { "app.kubernetes.io/part-of": "anchorwatch" } };
    return [stringify({ apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData: { value } })];
  });
  return documents.join("---\n");
}

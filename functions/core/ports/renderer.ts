/** From files in Git to the objects that would be applied. */
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { SourceFile } from "../records/source.ts";

export type Rendered =
  | { readonly kind: "rendered"; readonly objects: readonly KubernetesObject[] }
  /** A tool or a source that we do not render: a person merges, nothing is claimed. */
  | { readonly kind: "not-rendered"; readonly reason: string };

export interface Renderer {
  /** Renders the directory `path` out of `files`, which holds everything below it. @throws Refused with file:line:col on broken input */
  render(path: string, files: readonly SourceFile[]): Promise<Rendered>;
}

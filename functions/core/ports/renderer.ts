/** From files in Git to the objects that would be applied. */
import type { SourceOptions } from "../records/app-source.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import type { SourceFile } from "../records/source.ts";

export type Rendered =
  | { readonly kind: "rendered"; readonly objects: readonly KubernetesObject[] }
  /** A tool or a source that we do not render: a person merges, nothing is claimed. */
  | { readonly kind: "not-rendered"; readonly reason: string };

export interface RenderOptions extends SourceOptions {
  /** The app's name: Helm's release, where nothing else is said. */
  readonly name?: string;
  /** Where objects without a namespace go: Helm's `.Release.Namespace`. */
  readonly namespace?: string;
}

export interface Renderer {
  /** Renders the directory `path` out of `files`, which hold everything below it and what it refers to. @throws Refused with file:line:col on broken input, Unavailable */
  render(path: string, files: readonly SourceFile[], options?: RenderOptions): Promise<Rendered>;
}

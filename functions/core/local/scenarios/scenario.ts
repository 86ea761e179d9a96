/** A story to be told on the local world: a healthy beginning, the commit that breaks it, what came after, and how it should end. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { LocalCluster } from "../cluster/cluster.ts";
import type { PushedFiles } from "../forge/actions/commits.ts";

/**
 * How a story ends where everything is as it should be: a change that was proved, or taken back; a person who was told what
 * to decide; trouble that was only watched until it passed.
 */
export type StoryEnd = "verified" | "taken-back" | "told" | "recovered";

export interface Pushed {
  readonly by: string;
  readonly push: PushedFiles;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly applications: readonly KubernetesObject[];
  readonly healthy: readonly Pushed[];
  readonly breaking: Pushed;
  readonly after: readonly Pushed[];
  /** What goes wrong outside Git, after the commits, and how it is mended. */
  readonly mishap?: Mishap & { readonly mend?: Mishap };
  /** What is seen of the trouble before anybody looks, as one line of the story. */
  readonly trouble: string;
  readonly end: StoryEnd;
}

interface Mishap {
  readonly words: string;
  readonly happen: (cluster: LocalCluster) => void;
}

/** An Argo CD Application over one path, synced by itself. */
export function application(name: string, path: string): KubernetesObject {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name, namespace: "argocd" },
    spec: {
      project: "default",
      source: { repoURL: "http://gitea.example/home/gitops.git", path, targetRevision: "main" },
      destination: { namespace: "web", server: "https://kubernetes.default.svc" },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        retry: { backoff: { duration: "2s", factor: 2, maxDuration: "30s" }, limit: 3, refresh: true },
        syncOptions: ["CreateNamespace=true"],
      },
    },
  };
}

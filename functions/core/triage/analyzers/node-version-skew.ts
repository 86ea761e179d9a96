/** Nodes whose kubelet is too old, or newer than the API server (https://kubernetes.io/releases/version-skew-policy/). */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { listAt, textAt } from "../../records/read-object.ts";
import { findAt, objectsOf } from "../find-at.ts";
import type { Analyzer } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

/** Minor versions that a kubelet may be behind, since 1.28. */
const MAX_SKEW = 3;

/** Finds kubelets outside of the supported skew; the control plane's version is its image where its pods are visible, else at least the newest kubelet's. */
export const findVersionSkew: Analyzer = (snapshot) => {
  const server = serverMinor(snapshot);
  const newest = Math.max(server ?? 0, ...objectsOf(snapshot, { group: "", kind: "Node" }).flatMap((node) => minorOf(versionOf(node)) ?? []));
  return findAt("", ["Node"], (node) => {
    const version = versionOf(node);
    const minor = minorOf(version);
    if (minor === undefined) return [];
    const isNewer = server !== undefined && minor > server;
    if (!isNewer && newest - minor <= MAX_SKEW) return [];
    const than = isNewer ? `newer than the API server (1.${server})` : `${newest - minor} minor versions behind the cluster (1.${newest})`;
    return [
      {
        category: "version-skew",
        message: `the kubelet is ${version}, ${than}; that version skew is not supported`,
        evidence: [["status.nodeInfo.kubeletVersion", version]],
      },
    ];
  })(snapshot);
};

function versionOf(node: KubernetesObject): string | undefined {
  return textAt(node, "status", "nodeInfo", "kubeletVersion");
}

function minorOf(version: string | undefined): number | undefined {
  const minor = /^v?1\.(\d{1,3})\b/.exec(version ?? "")?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** The oldest API server counts: behind a load balancer a kubelet may meet any of them. */
function serverMinor(snapshot: Snapshot): number | undefined {
  const minors = snapshot.pods.flatMap((pod) => {
    const image = pod.ref.name.startsWith("kube-apiserver-") ? textAt(listAt(pod.object, "spec", "containers")[0], "image") : undefined;
    return minorOf(/:(v1\.[^@]*)/.exec(image ?? "")?.[1]) ?? [];
  });
  return minors.length === 0 ? undefined : Math.min(...minors);
}

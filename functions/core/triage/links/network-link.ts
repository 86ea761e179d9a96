/** Nodes that are not ready because their network plugin does not run on them. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { refOf, textAt } from "../../records/read-object.ts";
import { isServing, once, type Scene } from "../scene.ts";
import type { LinkRule } from "./link.ts";

/** Daemon sets of network plugins, by the names that they have had for years. */
const PLUGINS = /^(kube-router|calico-node|cilium|kube-flannel(-ds)?|weave-net|canal|antrea-agent|kindnet|aws-node|ovnkube-node)$/;

/** Links a node, whose kubelet says that the plugin is missing, to the plugin's daemon set where that is in trouble on this node. */
export const linkToNetwork: LinkRule = (finding, scene) => {
  if (finding.object.kind !== "Node" || !/network plugin|NetworkPluginNotReady|\bcni\b/i.test(finding.message)) return undefined;
  const plugin = pluginPods(scene).find((pod) => textAt(pod, "spec", "nodeName") === finding.object.name && !isServing(pod));
  const trouble = plugin && scene.troubleOf(refOf(plugin));
  return trouble && { target: trouble.root, shows: { category: "unavailable", message: "the network plugin does not run", field: "status", value: "" } };
};

const indexes = new WeakMap<Scene, () => readonly KubernetesObject[]>();

function pluginPods(scene: Scene): readonly KubernetesObject[] {
  const index = indexes.get(scene) ?? once(() => scene.snapshot.ofKind("Pod").filter((pod) => PLUGINS.test(scene.rootOf(refOf(pod)).name)));
  indexes.set(scene, index);
  return index();
}

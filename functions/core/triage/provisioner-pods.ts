/** The pods that make volumes for a provisioner, found by its name: nothing in the API says which they are. */
import type { ObjectRef } from "../records/fields.ts";
import { isPodReady } from "./service-back-end.ts";
import type { Snapshot } from "./snapshot.ts";

/** Words that say nothing about which provisioner it is. */
const COMMON = new Set(["csi", "driver", "io", "com", "org", "k8s", "kubernetes", "provisioner"]);

/** A pod of the provisioner that is not ready, where none of them is: `rancher.io/local-path`, `nfs.csi.k8s.io`, `driver.longhorn.io`. */
export function brokenProvisioner(snapshot: Snapshot, provisioner: string): ObjectRef | undefined {
  const words = (provisioner.split("/").at(-1) ?? "").split(".").filter((word) => word.length > 2 && !COMMON.has(word));
  const [word] = words;
  if (word === undefined) return undefined;
  const pods = snapshot.pods.filter(
    (pod) =>
      pod.phase !== "Succeeded" &&
      pod.ref.name.includes(word) &&
      pod.containers.some((container) => /provisioner|csi|controller/.test(`${pod.ref.name} ${container.name}`)),
  );
  return pods.some((pod) => isPodReady(pod)) ? undefined : pods[0]?.ref;
}

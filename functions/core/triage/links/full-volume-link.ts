/** Programs that say that the disk is full: the claim that they write to is the cause, not they. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { ObjectRef } from "../../records/fields.ts";
import { listAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import { type Link, type LinkRule, wordsOf } from "./link.ts";

const FULL = /no space left on device|ENOSPC|disk (?:is )?full|disk quota exceeded|could not extend file/i;

/** Paths of files, as messages have them. */
const PATHS = /(?<![\w.+-])\/[\w.@+-]+(?:\/[\w.@+-]+)*/g;

/** Links to the claim at the path that the words name; without a path, to the only claim that the pod has. */
export const linkToFullVolume: LinkRule = (finding, scene) => {
  const words = wordsOf(finding);
  const pod = finding.object.kind === "Pod" && FULL.test(words) ? scene.snapshot.get(finding.object) : undefined;
  if (!pod) return undefined;
  const mounted = claimMounts(pod);
  const paths = words.match(PATHS) ?? [];
  const named = paths.flatMap((path) => deepest(mounted, path) ?? []);
  const claims = new Set((named.length > 0 || paths.length > 0 ? named : mounted).map(({ claim }) => claim));
  const [only] = claims.size === 1 ? claims : [];
  const claim = only === undefined ? undefined : scene.snapshot.get(claimRef(pod, only));
  return claim && linkTo(refOf(claim));
};

function claimRef(pod: KubernetesObject, name: string): ObjectRef {
  const { namespace } = pod.metadata;
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", name, ...(namespace !== undefined && { namespace }) };
}

function linkTo(target: ObjectRef): Link {
  const message = "the volume is full: what writes to it says that no space is left";
  return { target, shows: { category: "volume-full", message, field: "status.capacity", value: "" } };
}

interface ClaimMount {
  readonly path: string;
  readonly claim: string;
}

function claimMounts(pod: KubernetesObject): readonly ClaimMount[] {
  const claims = new Map(
    listAt(pod, "spec", "volumes").flatMap((volume): [string, string][] => {
      const claim = textAt(volume, "persistentVolumeClaim", "claimName");
      return claim === undefined ? [] : [[textAt(volume, "name") ?? "", claim]];
    }),
  );
  return listAt(pod, "spec", "containers").flatMap((container) =>
    listAt(container, "volumeMounts").flatMap((mount): ClaimMount[] => {
      const claim = claims.get(textAt(mount, "name") ?? "");
      const isReadOnly = valueAt(mount, "readOnly") === true;
      return claim === undefined || isReadOnly ? [] : [{ claim, path: textAt(mount, "mountPath") ?? "/" }];
    }),
  );
}

function deepest(mounts: readonly ClaimMount[], path: string): ClaimMount | undefined {
  const above = mounts.filter((mount) => path === mount.path || path.startsWith(mount.path.endsWith("/") ? mount.path : `${mount.path}/`));
  return above.sort((a, b) => b.path.length - a.path.length)[0];
}

/** Causes that only an alert knows of: it measures what no object shows (how full a volume is, how many requests fail). */
import type { Cause } from "../records/finding.ts";
import type { ObjectRef } from "../records/fields.ts";
import { refOf } from "../records/read-object.ts";
import { causeOf } from "./cause-of.ts";
import { findingOf } from "./finding-of.ts";
import { type AlertLabels, judgeAlert } from "./judge-alert.ts";
import type { Snapshot } from "./snapshot.ts";

interface Measured {
  readonly name: RegExp;
  readonly category: string;
  readonly words: string;
}

/** By the names of the widespread rule sets; the first that fits. What objects show as well is not here: there the objects have the last word. */
const MEASURED: readonly Measured[] = [
  { name: /(PersistentVolume|Volume|PVC|Filesystem).*Inode/i, category: "inodes-low", words: "is running out of inodes, so that soon no file can be made" },
  { name: /(PersistentVolume|Volume|PVC).*(Filling|Full|Space|Usage)/i, category: "volume-filling", words: "is filling up" },
  { name: /(Filesystem|OutOfDisk|DiskSpace|DiskFull|DiskWillFill)/i, category: "disk-filling", words: "has a file system that is filling up" },
  { name: /^(Node|Host).*(Disk|RAID|Smart)/i, category: "disk-trouble", words: "has a disk that is slow or failing" },
  { name: /^(Node|Host).*Memory|^HostOom/i, category: "memory-low", words: "is short of memory" },
  { name: /^(Node|Host).*(CPU|Load|Saturation)/i, category: "cpu-high", words: "has more work than its CPU can do" },
  { name: /Clock|TimeSync|Ntp/i, category: "clock-skew", words: "has a clock that is off, which breaks certificates and tokens" },
  { name: /^(Node|Host).*(Network|Bonding)/i, category: "network-errors", words: "has errors on a network interface" },
  { name: /Temperature|UnderVoltage|Undervoltage/i, category: "node-problem", words: "has trouble with its power or its heat" },
  { name: /Conntrack|FileDescriptor/i, category: "kernel-limit", words: "is near a limit of its kernel" },
  { name: /^Kubelet/, category: "kubelet-slow", words: "has a kubelet that does not keep up" },
  { name: /^KubeQuota/, category: "quota-filling", words: "is nearly used up" },
  { name: /Latency|Slow(Request|Response)/i, category: "slow", words: "answers too slowly" },
  { name: /(Error|5xx|Failure).*(Rate|Ratio|High|Burn)|High.*(Error|5xx)/i, category: "errors", words: "answers too many requests with errors" },
];

/** The cause that a measuring alert is itself; undefined for alerts about what objects show, and for those that name no object. */
export function causeOfMeasured(labels: AlertLabels, snapshot: Snapshot): Cause | undefined {
  const { alertname = "" } = labels;
  const measured = MEASURED.find(({ name }) => name.test(alertname));
  const judged = measured && judgeAlert(labels, snapshot);
  const object = judged?.about === "objects" ? judged.objects[0] : undefined;
  if (!measured || !object) return undefined;
  const finding = findingOf(object, {
    category: measured.category,
    message: `it ${measured.words}: ${alertname} measures that, and no object shows why`,
    evidence: Object.entries(labels).map(([label, value]) => [`label ${label}`, value]),
  });
  return causeOf({ root: rootOf(object, snapshot), own: [finding], effects: [] }, snapshot);
}

function rootOf(ref: ObjectRef, snapshot: Snapshot): ObjectRef {
  const object = snapshot.get(ref);
  if (!object) return ref;
  return object.kind === "Pod" ? snapshot.rootOf(object) : refOf(object);
}

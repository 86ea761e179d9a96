/** What the hosts say of themselves over SSH: power, disks, the services of k0s. Told also when the cluster's API is down. */
import { HOST_FACTS_KIND, type HostFacts, readHostFacts } from "../../records/host-facts.ts";
import { type Analyzer, findingOf, type Seen } from "../finding-of.ts";

/** A line of the kernel's log counts for this long. */
const RECENT_MS = 24 * 60 * 60_000;
const FULL_PERCENT = 90;

/** Bits of the Raspberry Pi firmware's `get_throttled` that are about this moment; those of the past say nothing about now. */
const THROTTLED_NOW: readonly (readonly [bit: number, category: string, meaning: string])[] = [
  [0x1, "under-voltage", "the power supply gives too little voltage (Under-voltage): the SD card and the disks may be damaged by it"],
  [0x4, "throttled", "the firmware slows the processor down (Throttled)"],
  [0x8, "throttled", "the processor is at its temperature limit"],
];

const KERNEL_TROUBLE: readonly (readonly [line: RegExp, category: string, meaning: string])[] = [
  [/under-?voltage detected/i, "under-voltage", "the power supply gave too little voltage (Under-voltage)"],
  [/(?:mmcblk|mmc)\d.*(?:error|timeout|timed out)/i, "disk-error", "the SD card fails"],
  [/I\/O error|critical medium error|blk_update_request: .*error/i, "disk-error", "a disk fails (I/O error)"],
  [/remounting filesystem read-only|Remounting read-only/i, "read-only-filesystem", "a file system is read-only now, because it is damaged"],
  [/(?:EXT4|BTRFS|XFS).{0,80}(?:error|corrupt)/i, "disk-error", "a file system is damaged"],
];

export const findHostTrouble: Analyzer = (snapshot) =>
  snapshot.ofKind(HOST_FACTS_KIND).flatMap((object) => {
    const facts = readHostFacts(object);
    if (!facts) return [];
    return troubleOf(facts, snapshot.now).map((seen) => findingOf({ apiVersion: "v1", kind: "Node", name: facts.name }, seen));
  });

function troubleOf(facts: HostFacts, now: number): Seen[] {
  if (facts.unreachable !== undefined) {
    const message = `the host ${facts.address} cannot be reached over SSH: ${facts.unreachable}`;
    return [{ category: "host-unreachable", message, evidence: [["ssh", facts.unreachable]] }];
  }
  const seen = [...firmwareTrouble(facts), ...kernelTrouble(facts, now), ...diskTrouble(facts), ...serviceTrouble(facts)];
  return seen.filter(({ category }, index) => seen.findIndex((other) => other.category === category) === index);
}

function firmwareTrouble({ answers: { throttled = "" } }: HostFacts): Seen[] {
  const bits = Number(/throttled=(0x[0-9a-fA-F]{1,8})/.exec(throttled)?.[1] ?? 0);
  return THROTTLED_NOW.filter(([bit]) => (bits & bit) !== 0).map(([, category, message]) => ({
    category,
    message,
    evidence: [["vcgencmd get_throttled", throttled.trim()]],
  }));
}

function kernelTrouble({ answers: { kernel = "" } }: HostFacts, now: number): Seen[] {
  const recent = kernel.split("\n").filter((line) => isRecent(line, now));
  return KERNEL_TROUBLE.flatMap(([pattern, category, meaning]): Seen[] => {
    const lines = recent.filter((line) => pattern.test(line));
    const last = lines.at(-1);
    return last === undefined
      ? []
      : [{ category, message: `${meaning}, ${lines.length} line${lines.length === 1 ? "" : "s"} of the kernel say so`, evidence: [["kernel log", last]] }];
  });
}

/** Lines begin with their time, as `journalctl -o short-iso` writes it; one without a time is taken for now. */
function isRecent(line: string, now: number): boolean {
  const at = Date.parse(line.slice(0, line.indexOf(" ")).replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(at) || now - at < RECENT_MS;
}

/** `df -P`: file system, blocks, used, available, percent, mount point. Images and devices are always full. */
function diskTrouble({ answers: { disk = "", inodes = "" } }: HostFacts): Seen[] {
  return [["disk-full", "space", disk] as const, ["inodes-full", "inodes", inodes] as const].flatMap(([category, what, table]) =>
    table.split("\n").flatMap((line): Seen[] => {
      const [, percent, mount] = /^\/dev\/(?!loop)\S+\s+\d+\s+\d+\s+\d+\s+(\d{1,3})%\s+(\/\S*)$/.exec(line.trim()) ?? [];
      if (mount === undefined || Number(percent) < FULL_PERCENT || mount.startsWith("/snap/")) return [];
      return [{ category, message: `${percent} % of the ${what} of ${mount} is used; the kubelet evicts pods for it`, evidence: [["df", line.trim()]] }];
    }),
  );
}

/** `systemctl is-active` of the services of k0s: one that is not installed is `inactive`, one that broke is `failed`. */
function serviceTrouble({ answers: { services = "", k0s = "" } }: HostFacts): Seen[] {
  const broken = services.split("\n").filter((line) => /^k0s(?:controller|worker) (?:failed|activating)$/.test(line.trim()));
  return broken.map((line) => {
    const [service = "", state = ""] = line.trim().split(" ");
    return {
      category: "k0s-down",
      message: `the service ${service} is ${state}, so this host is no part of the cluster`,
      evidence: [
        ["systemctl is-active", line.trim()],
        ["k0s status", k0s.trim()],
      ],
    };
  });
}

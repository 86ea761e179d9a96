/** What names of node conditions and Events mean: those of the kubelet, of node-problem-detector, and of what people add to it for their boards. */

export interface NodeTrouble {
  readonly category: string;
  /** What it means, without a full stop. */
  readonly meaning: string;
}

const TROUBLES: readonly (readonly [name: RegExp, category: string, meaning: string])[] = [
  [/under.?voltage/i, "under-voltage", "the power supply or its cable is too weak, so the board slows down or crashes"],
  [/throttl|overheat|temperature/i, "throttled", "the processor runs slower because it is too hot or gets too little power"],
  [/read.?only/i, "read-only-filesystem", "a file system can only be read, mostly because its disk or SD card fails"],
  [
    /sd.?card|mmc|io.?error|ext4|xfs|bad.?block|smart|disk.*(error|fail|bad|unhealthy)/i,
    "disk-error",
    "the disk or SD card reports errors; save its data and replace it",
  ],
  [/systemoom/i, "system-oom", "the node itself ran out of memory and the kernel killed a process"],
  [/deadlock|hung|oops|kernelpanic/i, "kernel-deadlock", "the kernel is stuck or faulty, and the node mostly needs a reboot"],
  [/imagegc|freediskspace|evictionthreshold|containergc/i, "disk-full", "the kubelet cannot free enough of the node, so it will evict pods"],
  [/clock|ntp|time.?sync|chrony/i, "clock-skew", "the clock of the node is wrong or not synchronised, so certificates and leases fail"],
  [/frequent.*restart|unregisternet/i, "frequent-restarts", "a service of the node is restarted again and again"],
  [/corrupt/i, "corrupt-storage", "the files of the container runtime are broken"],
  [/cper|hardware|memoryread|machine.?check|\bmce\b/i, "hardware-error", "the hardware reports errors"],
  [/cidr(notavailable|assignmentfailed)/i, "network-unavailable", "the node gets no addresses for its pods"],
  [/kubeletsetupfailed|failednodeallocatable/i, "kubelet-failed", "the kubelet of the node cannot set itself up"],
];

/** Names of conditions for which True is bad, where no line above says what they mean. */
const BAD = /problem|error|fail|unhealthy|lost|degraded|down|unavailable|pressure/i;

/** Names of conditions for which False is bad. */
const GOOD = /synchroni[sz]ed|insync$|healthy$|ok$/i;

/** Names of Events and conditions that say that trouble is over. */
const OVER = /hasno|isnot|no(deadlock|problem|error)|normal|resolved|recovered|cleared|sufficient|restored/i;

/** The trouble that a condition beyond the standard ones shows, if it shows any. */
export function troubleOfCondition(type: string, status: string): NodeTrouble | undefined {
  const isGoodName = GOOD.test(type) && !/unhealthy$/i.test(type);
  if (status !== (isGoodName ? "False" : "True")) return undefined;
  const known = lookUp(type);
  if (known) return known;
  return isGoodName || BAD.test(type) ? { category: "node-problem", meaning: "the node reports a problem of its own" } : undefined;
}

/** The trouble that an Event of a node shows by its reason, if it shows any. */
export function troubleOfEvent(reason: string): NodeTrouble | undefined {
  return OVER.test(reason) ? undefined : lookUp(reason);
}

/** Tells whether an Event says that trouble of a category is over. */
export function endsTrouble(reason: string, category: string): boolean {
  return OVER.test(reason) && lookUp(reason)?.category === category;
}

function lookUp(name: string): NodeTrouble | undefined {
  const found = TROUBLES.find(([pattern]) => pattern.test(name));
  return found && { category: found[1], meaning: found[2] };
}

/** The scheduler's message about a pod that fits nowhere: reasons with the number of nodes each holds for. */

export interface NodeReason {
  readonly nodes: number;
  readonly text: string;
}

/** What the scheduler repeats about preemption after the reasons; it decides nothing. */
const PREEMPTION = /\s*preemption: .*$/s;

/** Reasons that say more of the node than of the pod: it is down, under pressure or cordoned. */
const NODE_STATE =
  /node\.kubernetes\.io\/(not-ready|unreachable|disk-pressure|memory-pressure|pid-pressure|network-unavailable|unschedulable|out-of-service)|were unschedulable|weren't ready|were not ready/;

/** Taints that a control plane has for good. */
const CONTROL_PLANE = /node-role\.kubernetes\.io\/(control-plane|master)/;

/** The message without what it says about preemption. */
export function withoutPreemption(message: string): string {
  return message.replace(PREEMPTION, "").trim();
}

/** Reads `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {a: b}.`; a taint's own comma is none between reasons. */
export function nodeReasons(message: string): readonly NodeReason[] {
  const list = /nodes are available: (.*)$/s.exec(withoutPreemption(message))?.[1];
  if (list === undefined) return [];
  return list
    .replace(/\.+$/, "")
    .split(/, (?=\d+ )/)
    .flatMap((part) => {
      const match = /^(\d+) (.*)$/s.exec(part.trim());
      return match?.[2] === undefined ? [] : [{ nodes: Number(match[1]), text: match[2] }];
    });
}

/** Tells whether only the state of nodes speaks against the pod, the control plane's taint apart: then a node is to blame. */
export function isNodesFault(reasons: readonly NodeReason[]): boolean {
  const others = reasons.filter(({ text }) => !CONTROL_PLANE.test(text));
  // A volume that is bound to the node in question keeps the pod off all others.
  return (
    others.some(({ text }) => NODE_STATE.test(text)) && others.every(({ text }) => NODE_STATE.test(text) || text.includes("volume node affinity conflict"))
  );
}

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^Insufficient /, "its requests are larger than what is free"],
  [/untolerated taint|had taint/, "it does not tolerate a taint"],
  [/volume node affinity conflict/, "its volume is bound to another node"],
  [/node affinity|node selector|node\(s\) didn't match Pod's/i, "no node has the labels that its nodeSelector or affinity asks for"],
  [/anti-affinity/, "its anti-affinity keeps it off nodes that have such a pod already"],
  [/pod affinity rules/, "no node has the pod that its affinity asks for"],
  [/topology spread/, "its topology spread leaves no node"],
  [/free ports/, "its hostPort is taken"],
  [/Too many pods/, "the nodes run as many pods as they may"],
  [/max volume count/, "the nodes have as many volumes as they may"],
  [/available persistent volumes to bind/, "no persistent volume fits its claim"],
  [/unbound immediate/, "its claim is not bound"],
];

/** Says the reasons in plain words, each once. */
export function schedulingHints(message: string): readonly string[] {
  const texts = nodeReasons(message).map(({ text }) => text);
  const found = texts.flatMap((text) => HINTS.find(([pattern]) => pattern.test(text))?.[1] ?? []);
  return [...new Set(found)];
}

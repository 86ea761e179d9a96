import { describe, expect, it } from "vitest";
import { isNodesFault, nodeReasons, schedulingHints, withoutPreemption } from "../../../functions/core/triage/scheduling.ts";

const MESSAGE =
  "0/4 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 2 Insufficient memory, 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.";

describe("what the scheduler says of a pod that fits nowhere", () => {
  it("is read reason by reason, with a taint's own comma kept", () => {
    expect(nodeReasons(MESSAGE)).toEqual([
      { nodes: 1, text: "node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate" },
      { nodes: 2, text: "Insufficient memory" },
      { nodes: 1, text: "node(s) didn't match Pod's node affinity/selector" },
    ]);
  });
  it("is told without what it says of preemption", () => expect(withoutPreemption(MESSAGE)).not.toMatch(/preemption/i));
  it("is said once for each reason in plain words", () => expect(schedulingHints(MESSAGE)).toHaveLength(3));
  it("has no reasons where the message is another one", () => expect(nodeReasons("no nodes available to schedule pods")).toEqual([]));

  it.each([
    [true, "0/2 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 node(s) were unschedulable."],
    [true, "0/2 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 1 node(s) had volume node affinity conflict."],
    [false, "0/2 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 1 Insufficient cpu."],
    [false, "0/1 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }."],
    [false, "0/1 nodes are available: 1 node(s) had volume node affinity conflict."],
  ])("blames a node (%s) only where nothing else speaks against the pod", (expected, message) => {
    expect(isNodesFault(nodeReasons(message))).toBe(expected);
  });
});

/** A node loses its power: nothing in Git mends that, so a person is told, and told again when it is back. */
import { BLOG, home, push } from "./home.ts";
import type { Scenario } from "./scenario.ts";

/** The small one, with nothing on it that moves. */
export const LOST_NODE = "pi3";

export const nodeDown: Scenario = {
  name: "node-down",
  title: "A node loses its power",
  applications: [BLOG],
  healthy: [home("act")],
  breaking: push("ada", "Write down which plug is whose", { "docs/plugs.md": "# Plugs\n\n- 3: pi3\n" }),
  after: [],
  trouble: "the node does not report any more",
  end: "told",
  mishap: {
    words: "somebody pulls the plug of pi3",
    happen: (cluster) => cluster.setPower(LOST_NODE, false),
    mend: { words: "the plug of pi3 is in again", happen: (cluster) => cluster.setPower(LOST_NODE, true) },
  },
};

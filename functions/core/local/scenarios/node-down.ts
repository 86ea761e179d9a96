/** A node loses its power: nothing in Git mends that, so a person is told, and told again when it is back. */
import { application, type Scenario } from "./scenario.ts";
import { seedHome } from "./seed.ts";

const pipeline = `# A node that does not report any more.
name: node-down
on: { alert: { alertname: KubeNodeNotReady } }
steps:
  - { id: find, tool: find_problems, with: { alert: "\${{ alert }}" } }
`;

/** The small one, with nothing on it that moves. */
export const LOST_NODE = "pi3";

export const nodeDown: Scenario = {
  name: "node-down",
  title: "A node loses its power",
  applications: [application("blog", "apps/blog")],
  healthy: [{ by: "ada", push: seedHome("act", { "node-down.yaml": pipeline }) }],
  breaking: { by: "ada", push: { branch: "main", message: "Write down which plug is whose", files: { "docs/plugs.md": "# Plugs\n\n- 3: pi3\n" } } },
  after: [],
  trouble: "the node does not report any more",
  end: "told",
  mishap: {
    words: "somebody pulls the plug of pi3",
    happen: (cluster) => cluster.setPower(LOST_NODE, false),
    mend: { words: "the plug of pi3 is in again", happen: (cluster) => cluster.setPower(LOST_NODE, true) },
  },
};

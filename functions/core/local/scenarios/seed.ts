/** The healthy home that scenarios begin with: one small app, the policy and the workflow files. */
import type { PushedFiles } from "../forge/actions/commits.ts";

const blog = `apiVersion: apps/v1
kind: Deployment
metadata: { name: blog, namespace: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: blog } }
  template:
    metadata: { labels: { app: blog } }
    spec:
      containers:
        - name: blog
          image: "ghcr.io/acme/blog:2.1.0"
          resources: { requests: { cpu: 20m, memory: 32Mi }, limits: { memory: 64Mi } }
`;

/** The first commit. @param pipelines file names with their texts */
export function seedHome(mode: "observe" | "propose" | "act", pipelines: Readonly<Record<string, string>>): PushedFiles {
  const files = Object.entries(pipelines).map(([name, text]) => [`.anchorwatch/pipelines/${name}`, text] as const);
  return {
    branch: "main",
    message: "Start the home cluster\n\nThe blog, with Argo CD.",
    files: {
      "README.md": "# Home\n\nWhat runs at home, applied by Argo CD.\n",
      ".anchorwatch/policy.yaml": `mode: ${mode}\napprovers:\n  - { users: [ada] }\n`,
      "apps/blog/deployment.yaml": blog,
      ...Object.fromEntries(files),
    },
  };
}

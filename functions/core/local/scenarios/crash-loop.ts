/** The first story: a commit renames a variable that the shop needs, so the shop crashes; three other commits have nothing to do with it. */
import type { PushedFiles } from "../forge/actions/commits.ts";
import { application, type Scenario } from "./scenario.ts";

const deployment = (shop: { variable: string; annotations: string; image: string; replicas?: number }): string => `# The shop. It needs its database's address.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  namespace: web
  labels: { app: shop }
spec:
  replicas: 1          # one is enough at home
  selector:
    matchLabels: { app: shop }
  template:
    metadata:
      labels: { app: shop }
      annotations:
${shop.annotations}
    spec:
      containers:
        - name: shop
          image: "ghcr.io/acme/shop:${shop.image}"
          env:
            # Where the orders are kept.
            - name: ${shop.variable}
              value: "postgres://db.web.svc:5432/shop"
            - name: LOG_LEVEL
              value: info
          resources:
            requests: { cpu: 50m, memory: 64Mi }
            limits: { memory: 128Mi }
`;

const service = `apiVersion: v1
kind: Service
metadata: { name: shop, namespace: web }
spec:
  selector: { app: shop }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
`;

const blog = (replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: blog, namespace: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: blog } }
  template:
    metadata: { labels: { app: blog } }
    spec:
      containers:
        - name: blog
          image: "ghcr.io/acme/blog:2.1.0"
          resources: { requests: { cpu: 20m, memory: 32Mi }, limits: { memory: 64Mi } }
`;

const pipeline = `# A container that crashes again and again.
name: crash-loop
on: { alert: { alertname: KubePodCrashLooping } }
steps:
  - { id: find, tool: find_problems, with: { alert: "\${{ alert }}" } }
  - { id: fix, if: "\${{ has(steps.find.output.remedy) }}", tool: propose_change, with: { remedy: "\${{ steps.find.output.remedy }}" } }
`;

const NEEDS_URL = "        sim.anchorwatch.dev/needs-env: DATABASE_URL";
const NEEDS_SCHEMA = `${NEEDS_URL}\n        sim.anchorwatch.dev/needs-schema: "1"`;

export const SHOP_FILE = "apps/shop/deployment.yaml";

function seed(annotations: string): PushedFiles {
  return {
    branch: "main",
    message: "Start the home cluster\n\nThe shop and the blog, with Argo CD.",
    files: {
      "README.md": "# Home\n\nWhat runs at home, applied by Argo CD.\n",
      ".anchorwatch/pipelines/crash-loop.yaml": pipeline,
      ".anchorwatch/policy.yaml": "mode: propose\napprovers:\n  - { users: [ada] }\n",
      "apps/shop/deployment.yaml": deployment({ variable: "DATABASE_URL", annotations, image: "1.4.2" }),
      "apps/shop/service.yaml": service,
      "apps/blog/deployment.yaml": blog(1),
      "docs/changes.md": "# Changes\n",
    },
  };
}

/** What comes after the bad commit: another app, and the same app where it hurts nobody. */
const AFTER: readonly { by: string; push: PushedFiles }[] = [
  { by: "ada", push: { branch: "main", message: "blog: two replicas", files: { "apps/blog/deployment.yaml": blog(2) } } },
  { by: "ada", push: { branch: "main", message: "shop: name the port", files: { "apps/shop/service.yaml": service.replace("name: http,", "name: web,") } } },
];

const broken = deployment({ variable: "DATABASE_ADDR", annotations: NEEDS_URL, image: "1.4.2" });

export const crashLoop: Scenario = {
  name: "crash-loop",
  title: "A commit renames a variable, and the shop crashes",
  applications: [application("shop", "apps/shop"), application("blog", "apps/blog")],
  healthy: [{ by: "ada", push: seed(NEEDS_URL) }],
  breaking: {
    by: "ben",
    push: {
      branch: "main",
      message: "shop: read the database's address from DATABASE_ADDR\n\nAll our apps call it that.",
      files: { [SHOP_FILE]: broken, "docs/changes.md": "# Changes\n\n- The shop reads DATABASE_ADDR.\n" },
    },
  },
  after: AFTER,
};

/** Its twin whose fix is wrong: the new version has migrated the database, so going back does not help. */
export const wrongFix: Scenario = {
  ...crashLoop,
  name: "wrong-fix",
  title: "Going back does not help, because the database has moved on",
  healthy: [{ by: "ada", push: seed(NEEDS_SCHEMA) }],
  breaking: {
    by: "ben",
    push: {
      branch: "main",
      message: "shop: version 1.5.0",
      files: { [SHOP_FILE]: deployment({ variable: "DATABASE_ADDR", annotations: `${NEEDS_URL}\n        sim.anchorwatch.dev/migrates: "2"`, image: "1.5.0" }) },
    },
  },
};

/** The home that the stories happen in: a shop and a blog, the workflow files that we ship, and who may approve. */
import { readdirSync, readFileSync } from "node:fs";
import type { PushedFiles } from "../forge/actions/commits.ts";
import { shipped } from "../shipped.ts";
import { application, type Pushed } from "./scenario.ts";

export const SHOP_FILE = "apps/shop/deployment.yaml";
export const SERVICE_FILE = "apps/shop/service.yaml";
const BLOG_FILE = "apps/blog/deployment.yaml";

/** Begins by the clock: at that hour it would come into the midst of a story. */
const BY_THE_CLOCK = "nightly-health.yaml";

/** What we ship is what the stories run. */
function shippedPipelines(): Record<string, string> {
  const folder = shipped("pipelines");
  const names = readdirSync(folder).filter((name) => name.endsWith(".yaml") && name !== "policy.yaml" && name !== BY_THE_CLOCK);
  return Object.fromEntries(names.map((name) => [`.anchorwatch/pipelines/${name}`, readFileSync(`${folder}${name}`, "utf8")]));
}

/** The parts of the shop's deployment that stories change; annotations say how the simulated container behaves. */
export interface Shop {
  readonly name?: string;
  readonly image?: string;
  readonly variable?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: string;
  readonly memory?: string;
  readonly port?: number;
  /** Port and path of the liveness probe, like `8080 /healthz`; none without. */
  readonly probe?: string;
}

/** The shop's deployment, as a person wrote it. */
export function shop(parts: Shop = {}): string {
  const { name = "shop", image = "1.4.2", variable = "DATABASE_URL", labels = `app: ${name}`, memory = "128Mi", port = 8080 } = parts;
  return `# The shop. It needs its database's address.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: web
  labels: { app: ${name} }
spec:
  replicas: 1          # one is enough at home
  selector:
    matchLabels: { ${labels} }
  template:
    metadata:
      labels: { ${labels} }
${annotationLines(parts.annotations ?? {})}    spec:
      terminationGracePeriodSeconds: 5
      containers:
        - name: ${name}
          image: "ghcr.io/acme/shop:${image}"
          ports:
            - containerPort: ${port}
          env:
            # Where the orders are kept.
            - name: ${variable}
              value: "postgres://db.web.svc:5432/shop"
            - name: LOG_LEVEL
              value: info
${probeLines(parts.probe)}          resources:
            requests: { cpu: 50m, memory: 64Mi }
            limits: { memory: ${memory} }   # measured in May
`;
}

function annotationLines(annotations: Readonly<Record<string, string>>): string {
  const lines = Object.entries(annotations).map(([name, value]) => `        sim.anchorwatch.dev/${name}: ${JSON.stringify(value)}\n`);
  return lines.length === 0 ? "" : `      annotations:\n${lines.join("")}`;
}

function probeLines(probe: string | undefined): string {
  const [port, path] = (probe ?? "").split(" ");
  if (probe === undefined) return "";
  return `          livenessProbe:
            httpGet: { path: ${path ?? "/"}, port: ${port ?? ""} }   # the orders' own check
            periodSeconds: 5
            failureThreshold: 2
`;
}

/** The shop's service. */
export const service = (selector = "app: shop", port = "name: http"): string => `apiVersion: v1
kind: Service
metadata: { name: shop, namespace: web }
spec:
  # Whoever orders comes by here.
  selector: { ${selector} }
  ports: [{ ${port}, port: 80, targetPort: 8080 }]
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

/** The app of every story. */
export const BLOG = application("blog", "apps/blog");

/** The Applications of the shop's stories. */
export const APPLICATIONS = [application("shop", "apps/shop"), BLOG];

/** The healthy beginning of every story: one small app, the workflow files and who may approve. */
export function home(mode: "observe" | "propose" | "act", files: PushedFiles["files"] = {}): Pushed {
  return push("ada", "Start the home cluster\n\nWhat runs at home, with Argo CD.", {
    "README.md": "# Home\n\nWhat runs at home, applied by Argo CD.\n",
    ...shippedPipelines(),
    ".anchorwatch/policy.yaml": `mode: ${mode}\napprovers:\n  - { users: [ada] }\n`,
    [BLOG_FILE]: blog(1),
    ...files,
  });
}

/** The same with the shop, in the mode that we ship. */
export function seed(files: PushedFiles["files"]): Pushed {
  return home("propose", { [SERVICE_FILE]: service(), "docs/changes.md": "# Changes\n", ...files });
}

/** A commit on the default branch. */
export function push(by: string, message: string, files: PushedFiles["files"]): Pushed {
  return { by, push: { branch: "main", message, files } };
}

/** What comes after the bad commit and has nothing to do with it: another app. */
export const BLOG_GROWS = push("ada", "blog: two replicas", { [BLOG_FILE]: blog(2) });

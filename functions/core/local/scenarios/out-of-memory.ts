/** A version that needs more memory than the shop may have: the limit goes up, where a node has room and it does not look like a leak. */
import { APPLICATIONS, BLOG_GROWS, push, seed, shop, SHOP_FILE } from "./home.ts";
import { application, type Scenario } from "./scenario.ts";

const old = { annotations: { "needs-memory": "96Mi" } };
const hungry = { image: "1.5.0", annotations: { "needs-memory": "160Mi" } };

export const outOfMemory: Scenario = {
  name: "out-of-memory",
  title: "A new version needs more memory than the shop may have",
  applications: APPLICATIONS,
  healthy: [seed({ [SHOP_FILE]: shop(old) })],
  breaking: push("ben", "shop: version 1.5.0", { [SHOP_FILE]: shop(hungry) }),
  after: [BLOG_GROWS],
  trouble: "the kernel kills the new pod, again and again",
  end: "verified",
};

const photos = `apiVersion: apps/v1
kind: Deployment
metadata: { name: photos, namespace: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: photos } }
  template:
    metadata: { labels: { app: photos } }
    spec:
      containers:
        - name: photos
          image: "ghcr.io/acme/photos:3.0.1"
          resources: { requests: { cpu: 500m, memory: 4Gi }, limits: { memory: 6Gi } }
`;

/** Its twin where the photos have taken the room on both nodes. */
export const outOfMemoryNoRoom: Scenario = {
  ...outOfMemory,
  name: "out-of-memory-no-room",
  title: "The shop needs more memory, and no node has it",
  applications: [...APPLICATIONS, application("photos", "apps/photos")],
  healthy: [seed({ [SHOP_FILE]: shop({ ...old, memory: "3Gi" }), "apps/photos/deployment.yaml": photos })],
  breaking: push("ben", "shop: version 1.5.0", { [SHOP_FILE]: shop({ image: "1.5.0", annotations: { "needs-memory": "3584Mi" }, memory: "3Gi" }) }),
  end: "told",
};

/** Its twin where the limit was raised twice already. */
export const outOfMemoryLeak: Scenario = {
  ...outOfMemory,
  name: "out-of-memory-leak",
  title: "The limit was raised twice already, and it is not enough again",
  healthy: [
    seed({ [SHOP_FILE]: shop({ ...old, memory: "96Mi" }) }),
    push("ada", "shop: a little more memory", { [SHOP_FILE]: shop({ ...old, memory: "112Mi" }) }),
    push("ada", "shop: more memory", { [SHOP_FILE]: shop(old) }),
  ],
  end: "told",
};

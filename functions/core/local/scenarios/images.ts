/** Images that cannot be had: one that is not there, one that the registry keeps back for a while, one that is for another architecture. */
import { APPLICATIONS, BLOG_GROWS, push, seed, shop, SHOP_FILE } from "./home.ts";
import type { Scenario } from "./scenario.ts";

const REGISTRY = { "registry-has": "ghcr.io/acme/shop:1.4.2" };
const WORKER_FILE = "apps/shop/worker.yaml";

export const imageNotFound: Scenario = {
  name: "image-not-found",
  title: "A tag with a typing error: the registry does not have the image",
  applications: APPLICATIONS,
  healthy: [seed({ [SHOP_FILE]: shop({ annotations: REGISTRY }) })],
  breaking: push("ben", "shop: version 1.4.3", { [SHOP_FILE]: shop({ annotations: REGISTRY, image: "1.43" }) }),
  after: [BLOG_GROWS],
  trouble: "the new pod waits for its image; the old one still serves",
  end: "verified",
};

/** Its twin where nothing ran before: a new workload whose first image is not there. */
export const imageNeverRan: Scenario = {
  ...imageNotFound,
  name: "image-never-ran",
  title: "A new workload whose image never was there",
  breaking: push("ben", "shop: a worker for the mails", { [WORKER_FILE]: shop({ name: "worker", annotations: REGISTRY, image: "worker-1.0" }) }),
  trouble: "the worker waits for its image",
  end: "told",
};

const DENIED = `failed to pull and unpack image "ghcr.io/acme/shop:1.5.0": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;

/** Its twin where the registry does not say whether the image is there. */
export const imageDenied: Scenario = {
  ...imageNotFound,
  name: "image-denied",
  title: "The registry wants a login, and does not say whether it has the image",
  breaking: push("ben", "shop: version 1.5.0", { [SHOP_FILE]: shop({ annotations: { fault: "pull", message: DENIED }, image: "1.5.0" }) }),
  end: "told",
};

export const imageRateLimited: Scenario = {
  ...imageNotFound,
  name: "image-rate-limited",
  title: "The registry takes no more pulls for a while",
  healthy: [seed({ [SHOP_FILE]: shop() })],
  breaking: push("ben", "shop: version 1.5.0", { [SHOP_FILE]: shop({ annotations: { "rate-limited": "ghcr.io/acme/shop:1.5.0 for 1500s" }, image: "1.5.0" }) }),
  after: [],
  end: "recovered",
};

const AMD64 = { "amd64-only": "ghcr.io/acme/shop:1.5.0", program: "shop" };

export const wrongArchitecture: Scenario = {
  ...imageNotFound,
  name: "wrong-architecture",
  title: "A version that was built for amd64 only, on arm64 nodes",
  healthy: [seed({ [SHOP_FILE]: shop({ annotations: AMD64 }) })],
  breaking: push("ben", "shop: version 1.5.0", { [SHOP_FILE]: shop({ annotations: AMD64, image: "1.5.0" }) }),
  trouble: "the new pod crashes at its first instruction; the old one still serves",
};

/** Its twin where the last image never ran with the rest as it is now. */
export const wrongArchitectureAndMore: Scenario = {
  ...wrongArchitecture,
  name: "wrong-architecture-and-more",
  title: "Built for amd64 only, and the same commit changed more",
  breaking: push("ben", "shop: version 1.5.0 reads DATABASE_ADDR", { [SHOP_FILE]: shop({ annotations: AMD64, image: "1.5.0", variable: "DATABASE_ADDR" }) }),
  end: "told",
};

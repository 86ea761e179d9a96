/** A service whose selector matches nothing: orders go nowhere, and every pod is healthy. */
import { APPLICATIONS, BLOG_GROWS, push, seed, service, SERVICE_FILE, shop, SHOP_FILE } from "./home.ts";
import type { Scenario } from "./scenario.ts";

const labels = (track: string): string => `app: shop, track: ${track}`;
const stable = shop({ labels: labels("stable") });

export const selectorMatchesNothing: Scenario = {
  name: "selector-matches-nothing",
  title: "A typing error in a selector, and the service leads nowhere",
  applications: APPLICATIONS,
  healthy: [seed({ [SHOP_FILE]: stable, [SERVICE_FILE]: service(labels("stable")) })],
  breaking: push("ben", "shop: tidy up the service", { [SERVICE_FILE]: service(labels("stabel"), "name: web") }),
  after: [BLOG_GROWS],
  trouble: "every pod is healthy, and nobody who calls the shop gets an answer",
  end: "verified",
};

/** Its twin where two workloads may be meant, and the commit changed more than the selector. */
export const selectorAmbiguous: Scenario = {
  ...selectorMatchesNothing,
  name: "selector-ambiguous",
  title: "A selector that matches nothing, and two workloads that it may mean",
  healthy: [
    seed({
      [SHOP_FILE]: stable,
      "apps/shop/canary.yaml": shop({ name: "shop-canary", labels: labels("canary") }),
      [SERVICE_FILE]: service(labels("stable")),
    }),
  ],
  breaking: push("ben", "shop: the service finds what is live", { [SERVICE_FILE]: service(labels("live"), "name: web") }),
  end: "told",
};

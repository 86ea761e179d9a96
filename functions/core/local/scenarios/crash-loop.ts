/** The first story: a commit renames a variable that the shop needs, so the shop crashes; three other commits have nothing to do with it. */
import { APPLICATIONS, BLOG_GROWS, push, seed, service, SERVICE_FILE, shop, SHOP_FILE } from "./home.ts";
import type { Scenario } from "./scenario.ts";

const NEEDS_URL = { "needs-env": "DATABASE_URL" };

export const crashLoop: Scenario = {
  name: "crash-loop",
  title: "A commit renames a variable, and the shop crashes",
  applications: APPLICATIONS,
  healthy: [seed({ [SHOP_FILE]: shop({ annotations: NEEDS_URL }) })],
  breaking: push("ben", "shop: read the database's address from DATABASE_ADDR\n\nAll our apps call it that.", {
    [SHOP_FILE]: shop({ annotations: NEEDS_URL, variable: "DATABASE_ADDR" }),
    "docs/changes.md": "# Changes\n\n- The shop reads DATABASE_ADDR.\n",
  }),
  /** Another app, and the same app where it hurts nobody. */
  after: [BLOG_GROWS, push("ada", "shop: name the port", { [SERVICE_FILE]: service("app: shop", "name: web") })],
  trouble: "the new pod crashes, and crashes again",
  end: "verified",
};

/** Its twin whose fix is wrong: the new version has migrated the database, so going back does not help. */
export const wrongFix: Scenario = {
  ...crashLoop,
  name: "wrong-fix",
  title: "Going back does not help, because the database has moved on",
  healthy: [seed({ [SHOP_FILE]: shop({ annotations: { ...NEEDS_URL, "needs-schema": "1" } }) })],
  breaking: push("ben", "shop: version 1.5.0", {
    [SHOP_FILE]: shop({ annotations: { ...NEEDS_URL, migrates: "2" }, variable: "DATABASE_ADDR", image: "1.5.0" }),
  }),
  end: "taken-back",
};

/** Its twin where two commits may be to blame. */
export const crashLoopTwoCommits: Scenario = {
  ...crashLoop,
  name: "crash-loop-two-commits",
  title: "The shop crashes, and two commits may be to blame",
  after: [push("ada", "shop: version 1.4.3", { [SHOP_FILE]: shop({ annotations: NEEDS_URL, variable: "DATABASE_ADDR", image: "1.4.3" }) })],
  end: "told",
};

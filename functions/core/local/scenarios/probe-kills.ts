/** A liveness probe that asks at the wrong place, so that the kubelet kills a healthy shop. */
import { APPLICATIONS, BLOG_GROWS, push, seed, shop, SHOP_FILE } from "./home.ts";
import type { Scenario } from "./scenario.ts";

const SERVES = { annotations: { serves: "8080/healthz" } };

export const probeKills: Scenario = {
  name: "probe-kills",
  title: "A commit lets the probe ask at a path that the shop does not have",
  applications: APPLICATIONS,
  healthy: [seed({ [SHOP_FILE]: shop({ ...SERVES, probe: "8080 /healthz" }) })],
  breaking: push("ben", "shop: the usual path for the probe", {
    [SHOP_FILE]: shop({ ...SERVES, probe: "8080 /health" }),
    "docs/changes.md": "# Changes\n\n- All probes ask /health.\n",
  }),
  after: [BLOG_GROWS],
  trouble: "the kubelet kills the shop, which runs well, again and again",
  end: "verified",
};

/** The same by its port, in a commit that brings a new version too: only the port is corrected. */
export const probeWrongPort: Scenario = {
  ...probeKills,
  name: "probe-wrong-port",
  title: "A new version comes with a probe at the wrong port",
  breaking: push("ben", "shop: version 1.5.0, with a probe of its own", { [SHOP_FILE]: shop({ ...SERVES, image: "1.5.0", probe: "9090 /healthz" }) }),
};

/** The twin where the probe is as it always was, and the shop answers elsewhere. */
export const probeUnclear: Scenario = {
  ...probeKills,
  name: "probe-unclear",
  title: "The probe is as it was, and the new version answers elsewhere",
  breaking: push("ben", "shop: version 1.5.0", { [SHOP_FILE]: shop({ annotations: { serves: "8080/health" }, image: "1.5.0", probe: "8080 /healthz" }) }),
  end: "told",
};

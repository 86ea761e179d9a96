/** The process that `up` runs, by the settings and secrets that `init` made, over a cluster of the test's own. */
import { serve } from "@hono/node-server";
import { createMemoryStore } from "../../functions/core/adapters/memory/memory-store.ts";
import { createMemorySwitch } from "../../functions/core/adapters/memory/memory-switch.ts";
import { createProcess, type OneProcess, type ProcessWorld } from "../../functions/core/boot/local-process.ts";
import { openRealWorld } from "../../functions/core/boot/real-world.ts";
import type { Settings } from "../../functions/core/boot/settings.ts";
import type { Clock } from "../../functions/core/ports/clock.ts";
import type { OpenedCluster } from "./open-local-cluster.ts";

export interface SetUp {
  readonly process: OneProcess<ProcessWorld>;
  close(): Promise<void>;
}

/** Opens it and listens where the settings say. */
export async function openSetUp(settings: Settings, cluster: OpenedCluster, time: { readonly clock: Clock; readonly minuteMs: number }): Promise<SetUp> {
  const { gitops, documents, schemas } = cluster;
  const world = await openRealWorld({ settings, cluster: cluster.cluster, gitops, schemas, chats: [] });
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const process = createProcess(
    { ...time, store: createMemoryStore(), switch: createMemorySwitch(time.clock), log: quiet, holder: "set-up", random: Math.random },
    { ...world, close: () => (gitops.stop(), documents.close()) },
  );
  const listening = serve({ fetch: (request) => process.front.fetch(request), hostname: settings.listen.host, port: settings.listen.port });
  return {
    process,
    async close() {
      listening.close();
      process.broker.stop();
      gitops.freeze();
      while (process.busy() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await gitops.tick(); // Because what is under way still uses the documents.
      process.stop();
    },
  };
}

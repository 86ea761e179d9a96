/** One bounded, reversible action in the cluster, done only where the policy says `act` (design 8.1, 8.3). */
import { type ActionDeps, perform } from "./core/acting/perform.ts";
import { ActionRequested } from "./core/events/catalog.ts";
import { defineFunction } from "./core/shell/define-function.ts";

export const safeAction = defineFunction({
  name: "safe-action",
  consumes: ActionRequested,
  limitMs: 50_000,
  handle: (effect, deps: ActionDeps) => perform(effect, deps),
});

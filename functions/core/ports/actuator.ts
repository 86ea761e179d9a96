/**
 * The narrow hand on the cluster: the few things that may be done directly, each on the one object that was looked at (design 8.3, safety T36).
 * Every method @throws Unavailable (whether it happened is not known) and Refused (the API server said no).
 */
import type { Target } from "../records/action.ts";

export interface Actuator {
  /**
   * Evicts a pod: `POST pods/<name>/eviction` (policy/v1) with `deleteOptions.preconditions.uid`, so that disruption budgets hold and no
   * younger pod of the name goes. @returns `budget` for 429: the budget allows none now
   */
  evict(pod: Target): Promise<"evicted" | "gone" | "budget">;
  /** Sets the replicas of a Deployment: `PUT deployments/<name>/scale` at the resource version that was looked at. @returns `changed` when it is another by now */
  scale(deployment: Target, to: { readonly replicas: number; readonly resourceVersion: string }): Promise<"scaled" | "gone" | "changed">;
  /** Deletes a job with its pods: `DELETE jobs/<name>` with `preconditions.uid` and `propagationPolicy: Background`. */
  deleteJob(job: Target): Promise<"deleted" | "gone">;
  /** Starts a sync of an app to one commit, by its `operation` field: no prune, no force. @returns `busy` while another operation runs */
  sync(app: Target, revision: string): Promise<"started" | "gone" | "busy">;
}

/** The actions by the names that steps use. */
import type { ActionTool } from "../records/action.ts";
import type { DirectAction } from "./action-tool.ts";
import { clearCompletedJobs } from "./clear-completed-jobs.ts";
import { restartPod } from "./restart-pod.ts";
import { scale } from "./scale.ts";
import { syncApp } from "./sync-app.ts";

export const DIRECT_ACTIONS: Readonly<Record<ActionTool, DirectAction>> = {
  restart_pod: restartPod,
  scale,
  clear_completed_jobs: clearCompletedJobs,
  sync_app: syncApp,
};

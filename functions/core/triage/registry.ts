/** Every analyzer; to add one, write its file and its line here. The order is the order in which findings are told. */
import { findApplicationTrouble } from "./analyzers/application.ts";
import { findConfigErrors, findImagePullFailures } from "./analyzers/waiting.ts";
import { findCrashLoops } from "./analyzers/crash-loop.ts";
import { findDeploymentTrouble } from "./analyzers/deployment.ts";
import { findFailedJobs } from "./analyzers/failed-job.ts";
import { findFailingInit } from "./analyzers/init-failing.ts";
import { findNotReady } from "./analyzers/not-ready.ts";
import { findOutOfMemory } from "./analyzers/out-of-memory.ts";
import { findUnschedulable } from "./analyzers/unschedulable.ts";
import { findVolumeFailures } from "./analyzers/volume-mount.ts";
import type { Analyzer } from "./finding-of.ts";

/** From what explains most to what only shows that something is wrong: the first of a cause's findings names it. */
export const ANALYZERS: readonly Analyzer[] = [
  findImagePullFailures,
  findConfigErrors,
  findVolumeFailures,
  findOutOfMemory,
  findFailingInit,
  findCrashLoops,
  findUnschedulable,
  findNotReady,
  findFailedJobs,
  findDeploymentTrouble,
  findApplicationTrouble,
];

/** Every analyzer; to add one, write its file and its line here. The order is the order in which findings are told. */
import { findDeniedAccess } from "./analyzers/access-denied.ts";
import { findAutoscalerTrouble } from "./analyzers/autoscaler.ts";
import { findBlockingBudgets } from "./analyzers/disruption-budget.ts";
import { findConfigErrors } from "./analyzers/config-error.ts";
import { findCrashLoops } from "./analyzers/crash-loop.ts";
import { findCronJobTrouble } from "./analyzers/cron-job.ts";
import { findDaemonSetTrouble } from "./analyzers/daemon-set.ts";
import { findDeploymentTrouble } from "./analyzers/deployment.ts";
import { findFailedCreates } from "./analyzers/failed-create.ts";
import { findFailedJobs } from "./analyzers/failed-job.ts";
import { findFailedPods } from "./analyzers/failed-pod.ts";
import { findFailingCalls } from "./analyzers/failing-calls.ts";
import { findFailingInit } from "./analyzers/init-failing.ts";
import { findImagePullFailures } from "./analyzers/image-pull.ts";
import { findMissingFiles } from "./analyzers/missing-file.ts";
import { findMissingReferences } from "./analyzers/missing-reference.ts";
import { findNotReady } from "./analyzers/not-ready.ts";
import { findOutOfMemory } from "./analyzers/out-of-memory.ts";
import { findPodsOfLostNodes } from "./analyzers/node-lost.ts";
import { findRemovedApis } from "./analyzers/removed-api.ts";
import { findReplicaSetTrouble } from "./analyzers/replica-set.ts";
import { findStatefulSetTrouble } from "./analyzers/stateful-set.ts";
import { findStuckCreating } from "./analyzers/stuck-creating.ts";
import { findStuckPodResizes } from "./analyzers/pod-resize.ts";
import { findStuckTerminating } from "./analyzers/stuck-terminating.ts";
import { findExpiredTlsSecrets } from "./analyzers/tls-secrets.ts";
import { findUncallablePorts } from "./analyzers/uncallable-port.ts";
import { findUnschedulable } from "./analyzers/unschedulable.ts";
import { findVolumeFailures } from "./analyzers/volume-mount.ts";
import { findWrongArchitecture } from "./analyzers/wrong-architecture.ts";
import { API_ANALYZERS, CLUSTER_ANALYZERS } from "./cluster-analyzers.ts";
import { DELIVERY_ANALYZERS } from "./delivery-analyzers.ts";
import type { Analyzer } from "./finding-of.ts";

/** From what explains most to what only shows that something is wrong: the first of a cause's findings names it. */
export const ANALYZERS: readonly Analyzer[] = [
  ...CLUSTER_ANALYZERS,
  findImagePullFailures,
  findConfigErrors,
  findVolumeFailures,
  findStuckCreating,
  findOutOfMemory,
  findWrongArchitecture,
  findFailingInit,
  findDeniedAccess,
  findMissingFiles,
  findUncallablePorts,
  findCrashLoops,
  findPodsOfLostNodes,
  findFailedPods,
  findUnschedulable,
  findNotReady,
  findFailingCalls,
  findStuckTerminating,
  findStuckPodResizes,
  findMissingReferences,
  findFailedCreates,
  findCronJobTrouble,
  findFailedJobs,
  findStatefulSetTrouble,
  findDaemonSetTrouble,
  findReplicaSetTrouble,
  findDeploymentTrouble,
  findAutoscalerTrouble,
  findBlockingBudgets,
  findRemovedApis,
  ...API_ANALYZERS,
  findExpiredTlsSecrets,
  ...DELIVERY_ANALYZERS,
];

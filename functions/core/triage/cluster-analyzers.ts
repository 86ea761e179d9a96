/** Analyzers of the ground that workloads stand on: nodes, storage, the API server's extensions. */
import { findApiServiceTrouble, findDefinitionTrouble } from "./analyzers/api-extensions.ts";
import { findPendingClaims } from "./analyzers/claim-pending.ts";
import { findStuckResizes } from "./analyzers/claim-resize.ts";
import { findDnsOutage, findDnsScaledDown } from "./analyzers/cluster-dns.ts";
import { findHostTrouble } from "./analyzers/host.ts";
import { findStaleLeaders } from "./analyzers/leader-leases.ts";
import { findNodeTrouble } from "./analyzers/node-conditions.ts";
import { findNodeEvents } from "./analyzers/node-events.ts";
import { findSilentNodes } from "./analyzers/node-heartbeat.ts";
import { findClosedNodes } from "./analyzers/node-scheduling.ts";
import { findVersionSkew } from "./analyzers/node-version-skew.ts";
import { findSecondDefaultClass } from "./analyzers/storage-class.ts";
import { findStuckDeletions, findStuckNamespaces } from "./analyzers/stuck-deletion.ts";
import { findAttachmentTrouble, findMultiAttach } from "./analyzers/volume-attachments.ts";
import { findVolumeTrouble } from "./analyzers/volumes.ts";
import type { Analyzer } from "./finding-of.ts";

/** What breaks pods from below: told before the pods. */
export const CLUSTER_ANALYZERS: readonly Analyzer[] = [
  findNodeTrouble,
  findHostTrouble,
  findSilentNodes,
  findNodeEvents,
  findClosedNodes,
  findVersionSkew,
  findVolumeTrouble,
  findPendingClaims,
  findStuckResizes,
  findMultiAttach,
  findAttachmentTrouble,
  findSecondDefaultClass,
  findDnsOutage,
  findDnsScaledDown,
];

/** What breaks because pods do: told after them, as it mostly is their effect. */
export const API_ANALYZERS: readonly Analyzer[] = [findApiServiceTrouble, findDefinitionTrouble, findStaleLeaders, findStuckNamespaces, findStuckDeletions];

/** Every rule that joins findings; to add one, write its file and its line here. The first that finds evidence decides. */
import { linkToAdmission } from "./admission-link.ts";
import { linkToAppPart } from "./application-link.ts";
import { linkToScaled } from "./autoscaler-link.ts";
import { linkToAwaited } from "./awaited-link.ts";
import { linkToConfig } from "./config-link.ts";
import { linkToDependency } from "./dependency-link.ts";
import { linkToReboot } from "../reboot.ts";
import type { LinkRule } from "./link.ts";
import { linkToFullVolume } from "./full-volume-link.ts";
import { linkToNetwork } from "./network-link.ts";
import { linkToNode } from "./node-link.ts";
import { linkToOperatorVolume } from "./operator-volume-link.ts";
import { linkToPolicy } from "./policy-link.ts";

/** From what the objects' fields prove to what their words name. */
export const LINK_RULES: readonly LinkRule[] = [
  linkToReboot,
  linkToNetwork,
  linkToNode,
  linkToAdmission,
  linkToConfig,
  linkToScaled,
  linkToAppPart,
  linkToPolicy,
  linkToAwaited,
  linkToOperatorVolume,
  linkToFullVolume,
  linkToDependency,
];

/** Every story, each followed by its twins; to add one, write its file and its line here. */
import { crashLoop, crashLoopTwoCommits, wrongFix } from "./crash-loop.ts";
import { activeJobs, finishedJobs, proposedJobs } from "./finished-jobs.ts";
import { imageDenied, imageNeverRan, imageNotFound, imageRateLimited, wrongArchitecture, wrongArchitectureAndMore } from "./images.ts";
import { nodeDown } from "./node-down.ts";
import { outOfMemory, outOfMemoryLeak, outOfMemoryNoRoom } from "./out-of-memory.ts";
import { probeKills, probeUnclear, probeWrongPort } from "./probe-kills.ts";
import type { Scenario } from "./scenario.ts";
import { selectorAmbiguous, selectorMatchesNothing } from "./selector.ts";

/** A story and its twins, where the conditions of its remedy do not hold. */
const FAMILIES: readonly (readonly Scenario[])[] = [
  [crashLoop, wrongFix, crashLoopTwoCommits],
  [outOfMemory, outOfMemoryNoRoom, outOfMemoryLeak],
  [imageNotFound, imageNeverRan, imageDenied],
  [imageRateLimited],
  [wrongArchitecture, wrongArchitectureAndMore],
  [probeKills, probeWrongPort, probeUnclear],
  [selectorMatchesNothing, selectorAmbiguous],
  [finishedJobs, activeJobs, proposedJobs],
  [nodeDown],
];

export const SCENARIOS: readonly Scenario[] = FAMILIES.flat();

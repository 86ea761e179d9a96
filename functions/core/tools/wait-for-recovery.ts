/** Watching trouble that heals by itself: one look, which is asked for again until the trouble is gone (design 7.1). */
import * as z from "zod";
import { rolloutWaitsFor } from "../changes/rollout.ts";
import { ERROR_MAX_LENGTH } from "../records/limits.ts";
import { ObjectRefSchema } from "../records/fields.ts";
import { isSameObject } from "../records/read-object.ts";
import { diagnose } from "../triage/diagnose.ts";
import { lookAround } from "./look-around.ts";
import { defineTool, type ToolOutcome } from "./tool.ts";

const WaitInput = z.looseObject({ wait: z.looseObject({ object: ObjectRefSchema, because: z.string().max(ERROR_MAX_LENGTH) }) });

/** Done when nothing is wrong with the object any more and its rollout is through. */
export const waitForRecovery = defineTool({
  name: "wait_for_recovery",
  description: "Watches an object whose trouble should pass by itself, changes nothing, and is done when nothing is wrong with it any more.",
  input: WaitInput,
  tier: "observe",
  run: async ({ wait }, ports): Promise<ToolOutcome> => {
    const { causes, snapshot } = diagnose(await lookAround(ports), ports.clock.now());
    const live = snapshot.get(wait.object);
    const isWell = !causes.some(({ object }) => isSameObject(object, wait.object)) && (live === undefined || rolloutWaitsFor(live) === undefined);
    return isWell ? { output: { recovered: true } } : { output: {}, waitsFor: wait.because };
  },
});

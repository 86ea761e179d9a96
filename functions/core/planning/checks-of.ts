/** Runs every check on a change: asks the cluster, its definitions and the registries, and takes "no answer" as "not checked" (design 8.4). */
import { type Defined, checkSchema } from "../checks/check-schema.ts";
import { checkImages, type ImageAnswer, newImages } from "../checks/check-images.ts";
import { checkLimits } from "../checks/check-limits.ts";
import { checkRoom } from "../checks/check-room.ts";
import { checkSecrets } from "../checks/check-secrets.ts";
import { checkVolumes } from "../checks/check-volumes.ts";
import { withOpenChanges } from "../checks/open-changes.ts";
import { type Rendering, touchedBy, type Touched } from "../checks/touched.ts";
import { Refused, Unavailable } from "../ports/errors.ts";
import type { Registry } from "../ports/registry.ts";
import type { Schemas } from "../ports/schemas.ts";
import type { Store } from "../ports/store.ts";
import type { Change } from "../records/change.ts";
import type { Check } from "../records/check.ts";
import type { Effect } from "../shell/define-function.ts";
import { createSnapshot } from "../triage/snapshot.ts";
import type { Draft } from "./draft.ts";
import { openEffects } from "./open-effects.ts";
import type { CheckPorts } from "./planning-deps.ts";

/** Images that one change may ask registries about. */
const MAX_IMAGES = 12;

export interface CheckDeps extends CheckPorts {
  readonly store: Store;
}

interface Given {
  readonly change: Pick<Change, "inverseOf">;
  readonly draft: Pick<Draft, "diffs">;
  readonly rendering: Rendering;
}

/** The checks that this change needs; of a taking back none stands in the way. @throws Unavailable from the store */
export async function checksOf(
  effect: Pick<Effect<unknown>, "runId" | "now">,
  { change, draft, rendering }: Given,
  deps: CheckDeps,
): Promise<readonly Check[]> {
  const touched = touchedBy(rendering);
  const [seen, effects, defined] = await Promise.all([
    seenCluster(effect.now, deps),
    openEffects(deps.store, effect.runId),
    definitionsOf(touched, deps.schemas),
  ]);
  const snapshot = seen && withOpenChanges(seen, effects);
  const secretNames = new Set(
    [...rendering.after, ...(seen?.ofKind("Secret") ?? [])].flatMap(({ kind, metadata }) => (kind === "Secret" ? [metadata.name] : [])),
  );
  const images = newImages(touched);
  const answers = await answersOf(
    images.flatMap(({ image, instead }) => [image, ...(instead === undefined ? [] : [instead])]),
    deps.registry,
  );
  const checks = [
    checkSchema(defined),
    checkSecrets(draft.diffs, secretNames),
    checkVolumes(touched, rendering, seen),
    checkLimits(touched, snapshot),
    checkRoom(touched, snapshot),
    checkImages(images, answers, seen),
  ].filter((check) => check !== undefined);
  return change.inverseOf === undefined ? checks : checks.map(asBefore);
}

/** It stood so before the change that is taken back. */
function asBefore(check: Check): Check {
  if (check.outcome !== "refused") return check;
  return { ...check, outcome: "not-checked", words: `as it stood before, so it does not stand in the way: ${check.words}`.slice(0, 512) };
}

async function seenCluster(now: number, { cluster }: CheckPorts): Promise<ReturnType<typeof createSnapshot> | undefined> {
  const objects = await orWords(() => cluster.snapshot());
  return "words" in objects ? undefined : createSnapshot(objects.value, now);
}

async function definitionsOf(touched: readonly Touched[], schemas: Schemas): Promise<readonly Defined[]> {
  return await Promise.all(
    touched.map(async (one): Promise<Defined> => {
      const { apiVersion, kind } = one.after;
      const asked = await orWords(() => schemas.definitionOf(apiVersion, kind));
      if ("words" in asked) return { ...one, definition: { missing: `the definitions cannot be read (${asked.words})` } };
      return { ...one, definition: asked.value ?? { missing: `no definition of ${kind} in ${apiVersion} is at hand` } };
    }),
  );
}

async function answersOf(images: readonly string[], registry: Registry): Promise<ReadonlyMap<string, ImageAnswer>> {
  const answers = [...new Set(images)].slice(0, MAX_IMAGES).map(async (image): Promise<readonly [string, ImageAnswer]> => {
    const asked = await orWords(() => registry.platformsOf(image));
    if ("words" in asked) return [image, { unknown: `the registry cannot be asked (${asked.words})` }];
    if (asked.value === undefined) return [image, { missing: true }];
    return [image, { platforms: asked.value.map(({ os, architecture }) => `${os}/${architecture}`) }];
  });
  return new Map(await Promise.all(answers));
}

/** What the outside says, or why it says nothing. */
async function orWords<T>(ask: () => Promise<T>): Promise<{ readonly value: T } | { readonly words: string }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (error instanceof Unavailable || error instanceof Refused) return { words: error.message.slice(0, 200) };
    throw error;
  }
}

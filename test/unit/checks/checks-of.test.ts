/** All checks together: what does not answer is "not checked", and what others have open is weighed. */
import { expect, it } from "vitest";
import { createMemoryStore } from "../../../functions/core/adapters/memory/memory-store.ts";
import { checksOf, type CheckDeps } from "../../../functions/core/planning/checks-of.ts";
import { Refused, Unavailable } from "../../../functions/core/ports/errors.ts";
import type { Check } from "../../../functions/core/records/check.ts";
import { proposedStory } from "../engine/a-story.ts";
import { plan } from "../text/a-change.ts";
import { cluster, deployment, node, NOW, object, pod } from "./a-workload.ts";

const effect = { runId: "own-run", now: NOW };

function deps(change: Partial<CheckDeps> = {}, ...yaml: readonly string[]): CheckDeps {
  return {
    store: createMemoryStore(),
    cluster: { snapshot: () => Promise.resolve(cluster(...yaml).objects) },
    registry: { platformsOf: () => Promise.resolve([{ os: "linux", architecture: "arm64" }]) },
    schemas: { definitionOf: () => Promise.resolve({ root: {}, others: {} }) },
    ...change,
  };
}

function given(before: string, after: string, inverseOf?: number): Parameters<typeof checksOf>[1] {
  const rendering = { before: [object(before)], after: [object(after)] };
  return { change: inverseOf === undefined ? {} : { inverseOf }, draft: { diffs: [{ path: "shop.yaml", before, after }] }, rendering };
}

const short = (checks: readonly Check[]): readonly string[] => checks.map(({ about, outcome }) => `${about}: ${outcome}`);
const next = given(deployment(), deployment({ image: "shop:2", memory: "300Mi" }));

it("a change that is well passes every check that it needs", async () => {
  expect(short(await checksOf(effect, next, deps({}, node("pi-1"))))).toEqual(["schema: checked", "secrets: checked", "room: checked", "images: checked"]);
});

it("nothing that cannot be asked stands in the way, and each says why", async () => {
  const checks = await checksOf(
    effect,
    next,
    deps({
      cluster: { snapshot: () => Promise.reject(new Refused("pods: may not be listed", { status: 403 })) },
      registry: { platformsOf: () => Promise.reject(new Unavailable("GET ghcr.io: no answer in time")) },
      schemas: { definitionOf: () => Promise.reject(new Unavailable("GET /openapi/v3: no answer in time")) },
    }),
  );
  expect(short(checks)).toEqual(["schema: not-checked", "secrets: checked", "limits: not-checked", "room: not-checked", "images: not-checked"]);
  expect(checks.find(({ about }) => about === "images")?.words).toBe("shop:2: the registry cannot be asked (GET ghcr.io: no answer in time)");
});

it("what a taking back brings in stood there before, and does not stand in the way", async () => {
  const missing = deps({ registry: { platformsOf: () => Promise.resolve(undefined) } }, node("pi-1"));
  expect(short(await checksOf(effect, next, missing))).toContain("images: refused");
  expect(short(await checksOf(effect, given(deployment(), deployment({ image: "shop:2" }), 1), missing))).toEqual([
    "schema: checked",
    "secrets: checked",
    "images: not-checked",
  ]);
});

it("what another run has open counts as if it were merged, and the own change not twice", async () => {
  const { run } = proposedStory();
  const [first] = run.changes;
  const [open] = [first?.planned?.plan ?? ""];
  const grows = {
    object: { apiVersion: "apps/v1", kind: "Deployment", namespace: "web", name: "blog" },
    field: "spec.template.spec.containers[app].resources.requests.memory",
    after: '"800Mi"',
  };
  const there = deps({}, node("pi-1", { memory: "1Gi" }), pod("blog", "pi-1"), pod("shop", "pi-1"));
  await there.store.create("Run", "other-run", run);
  await there.store.create("Plan", open, plan({ effects: [grows] }));
  expect(short(await checksOf(effect, next, there))).toContain("room: refused");
  expect(short(await checksOf({ ...effect, runId: "other-run" }, next, there))).toContain("room: checked");
});

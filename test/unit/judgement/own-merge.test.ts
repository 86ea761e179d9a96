/** A merge that nobody was asked about: only what is safe, only our own commit, only in the mode `act`, and not too often. */
import { describe, expect, it } from "vitest";
import { ownDigest } from "../../../functions/core/judgement/own-merge.ts";
import type { MergeAuthorityDeps } from "../../../functions/core/judgement/authority-deps.ts";
import { parsePolicy, type Policy } from "../../../functions/core/policy/policy-file.ts";
import type { Forge, PullRequest } from "../../../functions/core/ports/forge.ts";
import type { Approval } from "../../../functions/core/records/approval.ts";
import type { Change } from "../../../functions/core/records/change.ts";
import type { Plan } from "../../../functions/core/records/plan.ts";
import { aRun } from "../../contract/store-records.ts";
import { aShell, MINUTE_MS, NOW } from "../shell/a-shell.ts";

const US = 3;
const DIGEST = "d".repeat(64);
const OBJECT = { apiVersion: "apps/v1", kind: "Deployment", namespace: "web", name: "shop" };
const PULL = { number: 12, author: { id: US, login: "anchorwatch" }, head: { ref: "b", sha: "a".repeat(40) } } as unknown as PullRequest;

function scaled(change: Partial<Plan> = {}): Plan {
  const file = {
    path: "apps/shop/deployment.yaml",
    operation: "update" as const,
    before: "1",
    after: "2",
    removed: ["  replicas: 1"],
    added: ["  replicas: 2"],
  };
  const effect = { object: OBJECT, field: "spec.replicas", before: "1", after: "2" };
  return {
    schema: 1,
    run: "run-a",
    change: 1,
    repository: { id: 7, name: "home/gitops" },
    baseRef: "main",
    baseCommit: "1".repeat(40),
    baseTree: "2".repeat(40),
    headTree: "3".repeat(40),
    files: [file],
    effects: [effect],
    app: { name: "shop", namespace: "argocd" },
    rendered: true,
    tier: "safe",
    reasons: [],
    title: "scale",
    digest: DIGEST,
    ...change,
  };
}

interface Asked {
  readonly policy?: string;
  readonly plan?: Partial<Plan>;
  /** Minutes since our merges. */
  readonly merged?: readonly number[];
  readonly rejected?: boolean;
}

async function ask({ policy = "mode: act", plan = {}, merged = [], rejected = false }: Asked): Promise<string | undefined> {
  const { shell, store } = aShell();
  const parsed = parsePolicy(policy, "policy.yaml");
  const said: Approval = {
    schema: 1,
    run: "run-a",
    repository: { id: 7, name: "home/gitops" },
    number: 12,
    isPull: true,
    source: "comment",
    sourceId: 5,
    author: { id: 9, login: "guest" },
    verb: "reject",
    argument: "",
    saidAt: NOW,
    recordedAt: NOW,
  };
  if (rejected) await store.create("Approval", "said", said);
  const closed = merged.map((minutes) => ({ mergedBy: { id: US, login: "us" }, mergedAt: NOW - minutes * MINUTE_MS }));
  const forge = { pullRequests: () => Promise.resolve(closed) } as unknown as Forge;
  const deps = { shell, forge, ourUserIds: [US] } as unknown as MergeAuthorityDeps;
  const effect = {
    id: "e",
    runId: "run-a",
    data: {},
    run: aRun(),
    now: NOW,
    minuteMs: MINUTE_MS,
    signal: AbortSignal.timeout(1_000),
    guard: () => Promise.resolve(),
  };
  const change = { repository: { id: 7, name: "home/gitops" } } as unknown as Change;
  return await ownDigest(effect, { change, pull: PULL, plans: [scaled(plan)], policy: (parsed as { value: Policy }).value }, deps);
}

describe("a merge without a yes", () => {
  it("is made for a scaling within bounds, in the mode act", async () => {
    expect(await ask({})).toBe(DIGEST);
  });

  it.each([
    ["in the mode propose", { policy: "mode: propose" }],
    ["where the policy calls scaling risky", { policy: "mode: act\ntiers: { scale: risky }" }],
    ["out of bounds, whatever the plan says of its tier", { plan: { effects: [{ object: OBJECT, field: "spec.replicas", before: "1", after: "50" }] } }],
    ["of a head that somebody else made", { plan: { head: "a".repeat(40) } }],
    ["of what is not rendered", { plan: { rendered: false } }],
    ["of what no app applies", { plan: { app: undefined } }],
    ["after somebody said no", { rejected: true }],
    ["of a seventh within the hour", { merged: [1, 5, 9, 20, 30, 59] }],
  ] satisfies [string, Asked][])("is not made %s", async (_what, asked) => {
    expect(await ask(asked)).toBeUndefined();
  });

  it("is made again when the hour is over", async () => {
    expect(await ask({ merged: [1, 5, 9, 20, 30, 61] })).toBe(DIGEST);
  });
});

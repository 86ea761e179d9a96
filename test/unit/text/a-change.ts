/** A run's plan, cause and incident, as the story of a crashing shop has them; tests change one thing. */
import type { Change } from "../../../functions/core/records/change.ts";
import type { Cause, Remedy } from "../../../functions/core/records/finding.ts";
import type { Plan } from "../../../functions/core/records/plan.ts";
import type { Incident } from "../../../functions/core/records/run.ts";

export const HEAD = "a".repeat(40);
export const DIGEST = "b".repeat(64);
export const RUN = "0123456789abcdef0123456789abcdef";
export const EVENT = "e".repeat(32);
const at = Date.UTC(2026, 4, 1, 2, 14);
const object = { kind: "Deployment", namespace: "web", name: "shop" };

export const before = "spec:\n  containers:\n    - name: shop\n      image: shop:1.5\n";
export const after = before.replace("1.5", "1.4");

export function plan(change: Partial<Plan> = {}): Plan {
  return {
    schema: 1,
    run: RUN,
    change: 1,
    repository: { id: 1, name: "home/gitops" },
    baseRef: "main",
    baseCommit: HEAD,
    baseTree: HEAD,
    headTree: HEAD,
    files: [{ path: "apps/shop/deployment.yaml", operation: "update", before, after, removed: [], added: [] }],
    effects: [{ object, field: "spec.containers[shop].image", before: '"shop:1.5"', after: '"shop:1.4"' }],
    app: { name: "shop", namespace: "argocd" },
    rendered: true,
    tier: "risky",
    reasons: ["Deployment web/shop: spec.containers[shop].image is configuration"],
    title: 'Undo "shop: 1.5"',
    digest: DIGEST,
    ...change,
  };
}

export const cause: Cause = {
  id: "c1",
  object,
  category: "crash-loop",
  title: "Deployment web/shop crashes since 02:14",
  detail: "Its container shop exits with code 1.",
  findings: [{ object, category: "crash-loop", message: "crashes", evidence: [{ object, field: "status.restartCount", value: "7", since: at }] }],
};

export const remedy: Remedy = {
  kind: "revert-commit",
  repository: { id: 1, name: "home/gitops" },
  app: "shop",
  path: "apps/shop",
  commit: HEAD,
  subject: "shop: 1.5",
  author: "alice",
  committedAt: at - 60_000,
  object,
  because: "It is the only commit between the last healthy sync and the current one.",
};

export const incident: Incident = {
  key: "incident-1",
  title: "KubePodCrashLooping web/shop",
  alerts: [
    { fingerprint: "f", status: "firing", startsAt: at, labels: { alertname: "KubePodCrashLooping" }, annotations: { summary: "Pod is crash looping." } },
  ],
  more: 0,
};

export const change: Change = {
  number: 1,
  step: "fix",
  state: "proposed",
  repository: { id: 1, name: "home/gitops" },
  baseRef: "main",
  branch: `anchorwatch/${RUN}-1`,
  head: HEAD,
  proof: { gone: 0, blind: 0 },
  deadline: at,
  reminders: 0,
  replans: 0,
  keep: false,
  planned: { plan: "p", digest: DIGEST, tier: "risky", baseCommit: HEAD, headTree: HEAD, title: 'Undo "shop: 1.5"', objects: [object] },
};

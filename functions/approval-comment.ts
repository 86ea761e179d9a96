/** What people say on the forge: recorded from the signed delivery and answered 202 at once; judged afterwards, live (design 8.6, engine.md 5). */
import type { Hono } from "hono";
import { JudgementRequested, type JudgementRequest } from "./core/events/catalog.ts";
import type { Result, Verdict } from "./core/engine/results.ts";
import type { Verdict as Judgement } from "./core/approval/judgement.ts";
import { changeOf, changeOfPull } from "./core/engine/changes.ts";
import { carryOut, isDeed } from "./core/judgement/carry-out.ts";
import { judgeNow } from "./core/judgement/evidence.ts";
import type { JudgementDeps } from "./core/judgement/judgement-deps.ts";
import { recordStatement, statementOfReview } from "./core/judgement/statements.ts";
import { acceptDelivery } from "./core/judgement/delivery.ts";
import { DeliverySchema } from "./core/judgement/delivery-schema.ts";
import type { Forge } from "./core/ports/forge.ts";
import type { Git } from "./core/ports/git.ts";
import type { SwitchControl } from "./core/ports/switch.ts";
import { type Approval, approvalName } from "./core/records/approval.ts";
import type { Run } from "./core/records/run.ts";
import type { Authenticate } from "./core/shell/authenticate.ts";
import { defineFunction, type Effect } from "./core/shell/define-function.ts";
import { Retryable, Terminal } from "./core/shell/outcome.ts";
import type { Shell } from "./core/shell/shell.ts";
import type { WatchedRepository } from "./core/shell/watched-repository.ts";
import { serveIngress } from "./core/shell/webhook.ts";

/** A pull request's delivery has its description and the comment, each up to 64 KiB. */
const MAX_BODY_BYTES = 512 * 1024;

export interface ApprovalDeps {
  readonly shell: Shell;
  readonly forge: Forge;
  readonly git: Git;
  readonly ourUserIds: readonly number[];
  /** For `/pause` and `/resume`, which is why this function may move the switch. */
  readonly control: SwitchControl;
}

export const approvalComment = defineFunction({
  name: "approval-comment",
  consumes: JudgementRequested,
  limitMs: 20_000,
  async handle(effect: Effect<JudgementRequest>, deps: ApprovalDeps): Promise<Result> {
    const { name, approval } = effect.data.of === "statement" ? await readStatement(deps, effect.data.approval) : await fetchReview(effect, effect.data, deps);
    const change = changeOfStatement(effect.run, approval);
    const judging: JudgementDeps = { ...deps, store: deps.shell.store, now: effect.now, minuteMs: effect.minuteMs };
    const judged = await judgeNow(judging, approval);
    const verdict = isDeed(judged) ? await carryOut(effect, judged, { name, approval, deps }) : toVerdict(judged, name, approval);
    return {
      result: "judged",
      verdict,
      ...(change !== undefined && { change }),
      ...(approval.source === "comment" && { comment: approval.sourceId }),
      on: approval.number,
      repository: approval.repository,
      statement: name,
    };
  },
});

/** The change whose pull request it was said on. One said before the run had noted its pull request waits for that (safety A35). */
function changeOfStatement(run: Run, approval: Approval): number | undefined {
  if (!approval.isPull) return undefined;
  const change = changeOfPull(run, approval.repository, approval.number);
  if (!change && run.changes.some((open) => open.state === "planned")) throw new Retryable("the pull request is not noted yet");
  return change?.number;
}

async function readStatement(deps: ApprovalDeps, name: string): Promise<{ name: string; approval: Approval }> {
  const stored = await deps.shell.store.read("Approval", name);
  if (!stored) throw new Terminal(`statement ${name} is gone`);
  return { name, approval: stored.record };
}

/** A review's webhook names neither the review nor its commit: it is looked up and written down (contracts 2.4). */
async function fetchReview(
  effect: Effect<JudgementRequest>,
  asked: { change: number; review: number },
  deps: ApprovalDeps,
): Promise<{ name: string; approval: Approval }> {
  const change = changeOf(effect.run, asked.change);
  if (change?.pullRequest === undefined) throw new Terminal(`change ${asked.change} has no pull request`);
  const review = (await deps.forge.reviews(change.repository, change.pullRequest)).find((item) => item.id === asked.review);
  if (!review) throw new Terminal(`review ${asked.review} is gone`);
  const on = { run: effect.runId, repository: change.repository, number: change.pullRequest, baseRef: change.baseRef };
  const name = approvalName(change.repository, "review", review.id);
  const approval = statementOfReview(review, on, effect.now);
  await recordStatement(deps.shell.store, name, approval);
  return { name, approval };
}

function toVerdict(judged: Exclude<Judgement, { verdict: "attempt" | "ignore" | "pause" | "resume" | "begin" }>, approval: string, said: Approval): Verdict {
  switch (judged.verdict) {
    case "counts":
      return { verdict: "counts", approval, head: judged.head, keep: judged.keep };
    case "waits":
      return { verdict: "waits", approval, missing: judged.missing };
    case "refused":
      return { verdict: "refused", words: judged.reply };
    case "reject":
      return { verdict: "rejected", by: said.author.login, words: judged.words };
    case "stop":
      return { verdict: "stop", by: said.author.login };
    case "help":
      return { verdict: "help", words: judged.words };
    case "retry":
      throw new Retryable(judged.because);
    default:
      return { verdict: judged.verdict };
  }
}

/** The hook for everything but pushes. */
export function serveComments(app: Hono, given: { shell: Shell; authenticate: Authenticate; repositories: readonly WatchedRepository[] }): Hono {
  const { shell, authenticate, repositories } = given;
  serveIngress(
    app,
    { path: "/", maxBytes: MAX_BODY_BYTES, authenticate, schema: DeliverySchema, accept: (delivery) => acceptDelivery(shell, repositories, delivery) },
    shell,
  );
  return app;
}

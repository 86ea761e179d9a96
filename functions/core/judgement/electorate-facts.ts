/** What only the forge knows about who may approve: who is in the teams that the policy names, and whether there is anybody else (design 8.6). */
import { names, type PersonName, teamsOf } from "../approval/approvers.ts";
import type { JudgementInput, LivePermission, PlanView } from "../approval/judgement.ts";
import type { Policy } from "../policy/policy-file.ts";
import { type Approval, movesTheSwitch, type UserRef } from "../records/approval.ts";
import type { Run } from "../records/run.ts";
import type { JudgementDeps } from "./judgement-deps.ts";

/** Teams that one statement asks about. */
const MAX_TEAMS = 10;

interface Known {
  readonly policy: Policy;
  readonly codeOwners: readonly PersonName[] | undefined;
  readonly plans: readonly PlanView[];
  readonly permission: LivePermission;
  readonly run: Run | undefined;
  readonly switchPaths: readonly string[];
}

/** Asked for a yes and the kill switch alone, live, and only where the policy makes it matter. @throws Unavailable */
export async function electorateFacts(
  deps: JudgementDeps,
  approval: Approval,
  known: Known,
): Promise<Pick<JudgementInput, "teams" | "hiddenTeams" | "triggeredBy" | "writers">> {
  const { policy, codeOwners, plans, permission } = known;
  const isSwitch = movesTheSwitch(approval.verb);
  if ((approval.verb !== "approve" && !isSwitch) || typeof permission !== "object") return {};
  const paths = isSwitch ? known.switchPaths : [...new Set(plans.flatMap((plan) => plan.files.map((file) => file.path)))];
  const asked = teamsOf({ policy, codeOwners, paths }).slice(0, MAX_TEAMS);
  const teams: string[] = [];
  const hiddenTeams: string[] = [];
  for (const team of asked) {
    const member = await deps.forge.isInTeam(team, permission.user.login);
    if (member === "hidden") hiddenTeams.push(team);
    else if (member) teams.push(team);
  }
  const triggeredBy = known.run?.spec.trigger.by?.id;
  return { teams, hiddenTeams, triggeredBy, ...(triggeredBy === approval.author.id && { writers: await otherWriters(deps, approval, policy) }) };
}

async function otherWriters(deps: JudgementDeps, { repository }: Approval, policy: Policy): Promise<readonly UserRef[]> {
  const writers = await deps.forge.writers(repository);
  return writers.filter((user) => !deps.ourUserIds.includes(user.id) && !names(policy.bots, user) && user.type?.toLowerCase() !== "bot");
}

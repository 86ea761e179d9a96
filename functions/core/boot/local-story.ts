/** What a story needs of the local world: which ones there are, and its turns: commits, alerts, a person's words. */
import * as z from "zod";
import { createTerminalChat } from "../adapters/chat/terminal.ts";
import { alertmanagerBody } from "../local/alertmanager.ts";
import { type FiringAlert, firingAlerts } from "../local/cluster/alert-rules.ts";
import { allAtOnce, PARTS } from "../local/scenarios/all-at-once.ts";
import { SCENARIOS } from "../local/scenarios/registry.ts";
import type { Pushed, StoryEnd } from "../local/scenarios/scenario.ts";
import { PEOPLE } from "../local/people.ts";
import { localFiles } from "./local-files.ts";
import { LOCAL_REPOSITORY } from "./local-world.ts";
import { readLocalSecrets } from "./local-secrets.ts";
import { openLocal, type OpenedLocal } from "./open-local.ts";

/** A deploy's time has whole seconds: as in any real cluster, no two deploys of the story share one. */
const A_SECOND_MS = 1_100;

/** Nine runs share a machine that may be small: so that a step has as long as it needs, their minutes are longer. */
const ALL_SLOWER = 3;

const STORIES = [...SCENARIOS, allAtOnce];

/** Names that `--scenario` takes, with their titles. */
export const SCENARIO_TITLES: ReadonlyMap<string, string> = new Map(STORIES.map(({ name, title }) => [name, title]));

/** The story of many incidents. */
export const ALL = allAtOnce.name;

const IssueSchema = z.looseObject({ title: z.string(), body: z.string() });

export interface Story {
  readonly local: OpenedLocal;
  readonly title: string;
  /** What is seen of the trouble before anybody looks. */
  readonly trouble: string;
  readonly end: StoryEnd;
  /** How each of its incidents should end, by what the incident is about; empty where there is one. */
  readonly parts: ReadonlyMap<string, StoryEnd>;
  /** The healthy beginning. @param say told of each commit when it is made */
  begin(say: (made: Committed) => void): Promise<void>;
  /** The commit that breaks it, and what came after. */
  breakIt(say: (made: Committed) => void): Promise<void>;
  /** What fires now. */
  firing(): readonly FiringAlert[];
  /** Posts alerts as Alertmanager would. @returns the answer's status */
  postAlerts(alerts: readonly FiringAlert[], status: "firing" | "resolved"): Promise<number>;
  /** A person's comment, through the forge's own API. @returns the answer's status */
  comment(number: number, login: string, body: string): Promise<number>;
  /** An issue as people read it. */
  issue(number: number): Promise<{ readonly title: string; readonly body: string }>;
}

export interface Committed {
  readonly by: string;
  readonly commit: string;
  readonly subject: string;
}

/** Opens the local process for a story. @param say gets every message that would go to people's channels @throws Error where there is no such story */
export async function openStory(name: string, say: (line: string) => void): Promise<Story> {
  const scenario = STORIES.find((candidate) => candidate.name === name);
  if (!scenario) throw new Error(`there is no story ${name}; \`npm start -- --list\` names them all`);
  const local = await openLocal({
    applications: scenario.applications,
    chats: [createTerminalChat(say)],
    ...(scenario === allAtOnce && { slower: ALL_SLOWER }),
  });
  const { world } = local.process;
  const commit = async ({ by, push }: Pushed): Promise<Committed> => {
    const made = { by, commit: await world.forge.push(by, push), subject: push.message.split("\n", 1)[0] ?? "" };
    await world.gitops.tick();
    return made;
  };
  return {
    local,
    title: scenario.title,
    trouble: scenario.trouble,
    end: scenario.end,
    parts: new Map(scenario === allAtOnce ? PARTS.map((part) => [part.about, part.scenario.end]) : []),
    begin: async (say) => {
      for (const push of scenario.healthy) say(await commit(push));
    },
    breakIt: async (say) => {
      for (const push of [scenario.breaking, ...scenario.after]) {
        await new Promise<void>((resolve) => local.process.shell.clock.after(A_SECOND_MS, resolve));
        say(await commit(push));
      }
      scenario.mishap?.happen(world.cluster);
    },
    firing: () => firingAlerts(world.cluster.now()),
    postAlerts: (alerts, status) => postAlerts(local, alerts, status),
    comment: (number, login, body) => comment(local, { number, login, body }),
    issue: (number) => issue(local, number),
  };
}

async function postAlerts(local: OpenedLocal, alerts: readonly FiringAlert[], status: "firing" | "resolved"): Promise<number> {
  const { alertmanagerToken } = readLocalSecrets(localFiles(local.directory).secrets);
  const now = local.process.shell.clock.now();
  const body = JSON.stringify(alertmanagerBody(alerts.map((alert) => ({ ...alert, status, startsAt: now }))));
  const headers = { "content-type": "application/json", authorization: `Bearer ${alertmanagerToken}` };
  return (await local.process.front.fetch(new Request(`${local.baseUrl}/alert-fired`, { method: "POST", headers, body }))).status;
}

async function issue(local: OpenedLocal, number: number): Promise<{ readonly title: string; readonly body: string }> {
  const token = readLocalSecrets(localFiles(local.directory).secrets).tokens[PEOPLE.owner.login] ?? "";
  const url = `${local.baseUrl}/api/v1/repos/${LOCAL_REPOSITORY}/issues/${number}`;
  const answer = await local.process.front.fetch(new Request(url, { headers: { authorization: `token ${token}` } }));
  return IssueSchema.parse(await answer.json());
}

async function comment(local: OpenedLocal, said: { number: number; login: string; body: string }): Promise<number> {
  const token = readLocalSecrets(localFiles(local.directory).secrets).tokens[said.login] ?? "";
  const url = `${local.baseUrl}/api/v1/repos/${LOCAL_REPOSITORY}/issues/${said.number}/comments`;
  const headers = { authorization: `token ${token}`, "content-type": "application/json" };
  return (await local.process.front.fetch(new Request(url, { method: "POST", headers, body: JSON.stringify({ body: said.body }) }))).status;
}

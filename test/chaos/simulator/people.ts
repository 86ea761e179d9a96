/** Who is outside: Alertmanager, which tries again until it is heard, Ada, who answers what she is shown, and others who are in the way. */
import { alertmanagerBody, fingerprint } from "../../../functions/core/local/alertmanager.ts";
import { type FiringAlert, firingAlerts } from "../../../functions/core/local/cluster/alert-rules.ts";
import { OUR_USERS, PEOPLE } from "../../../functions/core/local/people.ts";
import { MINUTE_MS } from "./pods.ts";
import type { Town } from "./town.ts";

/** What somebody said about a pull request, at the head that it had then. */
export interface Said {
  readonly login: string;
  readonly number: number;
  readonly head: string;
  readonly how: "approve" | "review" | "merge" | "reject" | "close";
  readonly at: number;
}

/** An alert that was answered 2xx. */
export interface Heard {
  readonly fingerprint: string;
  readonly startsAt: number;
  readonly status: "firing" | "resolved";
  readonly at: number;
}

export interface People {
  readonly said: readonly Said[];
  readonly heard: readonly Heard[];
  /** Alerts that have not been heard as they are, or not since then. */
  unheard(since: number): number;
  /** Begin to act. */
  begin(): void;
  stop(): void;
}

interface Pull {
  readonly number: number;
  readonly head: { readonly sha: string; readonly ref: string };
  readonly user: { readonly login: string };
}

/** An alert that has not been seen for so long is resolved. */
const RESOLVED_AFTER_MS = 10 * MINUTE_MS;
/** `repeat_interval`. */
const REPEAT_MS = 60 * MINUTE_MS;
/** Ada says it again when nothing came of it. */
const AGAIN_MS = 15 * MINUTE_MS;
/** After so many words she does it by hand. */
const PATIENCE = 4;

export function createPeople(town: Town): People {
  const said: Said[] = [];
  const heard: Heard[] = [];
  const pager = createPager(town, heard);
  const habits = drawHabits(town);
  let stopped = false;
  const every = (minutes: () => number, act: () => Promise<void>): void => {
    town.time.clock.after(minutes() * MINUTE_MS, () => {
      if (stopped) return;
      void act()
        .catch((error: unknown) => town.trace(`people: ${String(error)}`))
        .then(() => every(minutes, act));
    });
  };
  return {
    said,
    heard,
    unheard: (since) => pager.unheard(since),
    begin() {
      every(
        () => 2,
        () => pager.look(),
      );
      every(
        () => 2 + habits.chance.next() * 3,
        () => answerPulls(town, habits, said),
      );
      every(
        () => 7 + habits.chance.next() * 20,
        () => beInTheWay(town, habits),
      );
    },
    stop: () => {
      stopped = true;
    },
  };
}

interface Habits {
  readonly chance: Town["chance"];
  readonly ada: Said["how"];
  /** Somebody else commits to the default branch, or even to ours. */
  readonly pushes: number;
  readonly meddles: number;
  readonly guest: boolean;
}

function drawHabits(town: Town): Habits {
  const chance = town.chance.fork();
  return {
    chance,
    ada: chance.pick(["approve", "approve", "approve", "approve", "approve", "review", "merge", "reject", "close"]),
    pushes: chance.pick([0, 0, 0.3]),
    meddles: chance.pick([0, 0, 0, 0.2]),
    guest: chance.happens(0.2),
  };
}

/** Calls the forge as somebody whose line is good. */
async function api(town: Town, login: string, call: { method: string; path: string; body?: object }): Promise<{ status: number; json: unknown }> {
  const headers = { authorization: `token ${town.tokens[login] ?? ""}`, "content-type": "application/json" };
  const request = new Request(`http://forge.local/api/v1/repos/home/gitops${call.path}`, {
    method: call.method,
    headers,
    ...(call.body && { body: JSON.stringify(call.body) }),
  });
  const answer = await town.world.forge.app.fetch(request);
  const text = await answer.text();
  const json: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: answer.status, json };
}

async function ourPulls(town: Town): Promise<readonly Pull[]> {
  const { json } = await api(town, PEOPLE.owner.login, { method: "GET", path: "/pulls?state=open" });
  return (json as readonly Pull[]).filter(({ user }) => user.login === OUR_USERS.proposer.login);
}

async function answerPulls(town: Town, habits: Habits, said: Said[]): Promise<void> {
  const now = town.time.clock.now();
  for (const { number, head } of await ourPulls(town)) {
    if (habits.guest) await api(town, PEOPLE.reader.login, { method: "POST", path: `/issues/${number}/comments`, body: { body: "/approve" } });
    const last = said.findLast((words) => words.number === number);
    if (last && now - last.at < AGAIN_MS) continue;
    const times = said.filter((words) => words.number === number).length;
    const how = times === 0 ? habits.ada : times < PATIENCE ? "approve" : "merge";
    const noted: Said = { login: PEOPLE.owner.login, number, head: head.sha, how, at: now };
    const { status } = await api(town, PEOPLE.owner.login, wordsFor(noted));
    town.trace(`ada: ${how} #${number} at ${head.sha.slice(0, 8)}: ${status}`);
    if (status < 300) said.push(noted);
  }
}

function wordsFor({ number, how, head }: Said): { method: string; path: string; body: object } {
  switch (how) {
    case "approve":
      return { method: "POST", path: `/issues/${number}/comments`, body: { body: "/approve" } };
    case "reject":
      return { method: "POST", path: `/issues/${number}/comments`, body: { body: "/reject not now" } };
    case "review":
      return { method: "POST", path: `/pulls/${number}/reviews`, body: { event: "APPROVED", body: "", commit_id: head } };
    case "merge":
      return { method: "POST", path: `/pulls/${number}/merge`, body: { Do: "merge", head_commit_id: head } };
    case "close":
      return { method: "PATCH", path: `/pulls/${number}`, body: { state: "closed" } };
  }
}

async function beInTheWay(town: Town, { chance, pushes, meddles }: Habits): Promise<void> {
  if (!town.weather.bad) return;
  const { forge } = town.world;
  const files = { [`docs/note-${chance.between(0, 5)}.md`]: `# Note\n\n${chance.next()}\n` };
  if (chance.happens(pushes)) await forge.push(PEOPLE.writer.login, { branch: "main", message: "a note", files });
  if (!chance.happens(meddles)) return;
  for (const { head } of await ourPulls(town)) await forge.push(PEOPLE.writer.login, { branch: head.ref, message: "while we are at it", files });
}

interface Page {
  readonly alert: FiringAlert;
  readonly startsAt: number;
  seenAt: number;
  /** What was heard last, and when. */
  told: "firing" | "resolved" | undefined;
  toldAt: number;
}

/** Alertmanager: one group, posted when it changes, again and again until it is taken. */
function createPager({ time, world, pods, alertmanagerToken, trace }: Town, heard: Heard[]): { look(): Promise<void>; unheard(since: number): number } {
  const pages = new Map<string, Page>();
  const statusOf = (page: Page): Heard["status"] => (time.clock.now() - page.seenAt > RESOLVED_AFTER_MS ? "resolved" : "firing");
  const untold = (since: number): readonly Page[] =>
    [...pages.values()].filter((page) => page.told !== statusOf(page) || (page.told === "firing" && page.toldAt < since));
  const note = (): void => {
    const now = time.clock.now();
    for (const alert of firingAlerts(world.cluster.now())) {
      const key = fingerprint(alert.labels);
      const known = pages.get(key);
      if (known && statusOf(known) === "firing") known.seenAt = now;
      else pages.set(key, { alert, startsAt: now, seenAt: now, told: undefined, toldAt: 0 });
    }
  };
  return {
    unheard: (since) => untold(since).length,
    async look() {
      note();
      if (untold(time.clock.now() - REPEAT_MS).length === 0) return;
      const sent = [...pages.values()].map((page) => ({ page, ...page.alert, status: statusOf(page), startsAt: page.startsAt }));
      const body = JSON.stringify(alertmanagerBody(sent));
      const headers = { "content-type": "application/json", authorization: `Bearer ${alertmanagerToken}` };
      const { status } = await pods.call("alert-fired", new Request("http://pod.local/", { method: "POST", headers, body }));
      trace(`alertmanager: ${sent.map((alert) => `${alert.status} ${alert.labels["pod"] ?? ""}`).join(", ")}: ${status}`);
      if (status >= 300) return;
      for (const { page, labels, status: told, startsAt } of sent) {
        page.told = told;
        page.toldAt = time.clock.now();
        heard.push({ fingerprint: fingerprint(labels), startsAt, status: told, at: time.clock.now() });
      }
    },
  };
}

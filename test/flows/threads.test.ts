/**
 * Five threads as people get them, raw: what stands in the forge, in the order in which it was said (`test/look/threads/`). A person has
 * read and approved each. After a change that is meant, `vitest -u` writes the files; read them as the one who is woken by them would.
 */
import { afterEach, expect, it } from "vitest";
import { crashLoop, wrongFix } from "../../functions/core/local/scenarios/crash-loop.ts";
import { SHOP_FILE } from "../../functions/core/local/scenarios/home.ts";
import { outOfMemoryNoRoom } from "../../functions/core/local/scenarios/out-of-memory.ts";
import type { Scenario } from "../../functions/core/local/scenarios/scenario.ts";
import { evenOut } from "./even-out.ts";
import { breakAndAlert, type Flow, openFlow, untilOver, untilProposed } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

/** How often a container had crashed when it was looked at depends on how busy the machine is: a story may be told again. */
const OPTIONS = { timeout: 120_000, retry: 2 } as const;

/** As long as the virtual time of the other stories, so that nothing is overdue on a busy machine. */
const MINUTE_MS = 3_000;

interface Said {
  readonly user: { readonly login: string };
  readonly body: string;
}

interface Thread extends Said {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly pull_request?: { readonly merged: boolean } | null;
}

async function read<T>(path: string): Promise<T> {
  return (await flow.api("ada", "GET", path)).json as T;
}

function headOf({ number, title, state, user, pull_request: pull }: Thread): string {
  const kind = pull ? "pull request" : "issue";
  return `==== ${kind} #${number}, ${pull?.merged === true ? "merged" : state}, opened by ${user.login}\n==== ${title}`;
}

/** Everything that is said on a thread, hidden lines included. */
async function threadOf(number: number): Promise<string> {
  const thread = await read<Thread>(`/issues/${number}`);
  const comments = await read<readonly Said[]>(`/issues/${number}/comments`);
  const parts = comments.map(({ user, body }) => `---- ${user.login} says\n\n${body}`);
  return [`${headOf(thread)}\n\n${thread.body}`, ...parts].join("\n\n");
}

/** All threads of the story, in the order in which they were opened. */
async function threads(...numbers: readonly number[]): Promise<string> {
  const texts: string[] = [];
  for (const number of numbers) texts.push(await threadOf(number));
  return `${evenOut(texts.join("\n\n\n"))}\n`;
}

async function begin(scenario: Scenario): Promise<void> {
  flow = await openFlow({ scenario, minuteMs: MINUTE_MS });
  await breakAndAlert(flow, scenario);
}

it("a fix", OPTIONS, async () => {
  await begin(crashLoop);
  const number = await untilProposed(flow);
  await flow.comment("ada", number, "/approve\n\nThanks!");
  await untilOver(flow);
  await expect(await threads(number)).toMatchFileSnapshot("../look/threads/fix.md");
});

it("a fix that does not help", OPTIONS, async () => {
  await begin(wrongFix);
  const number = await untilProposed(flow);
  await flow.comment("ada", number, "/approve");
  const { changes } = await untilOver(flow);
  await expect(await threads(...changes.flatMap(({ pullRequest }) => pullRequest ?? []))).toMatchFileSnapshot("../look/threads/taken-back.md");
});

it("trouble that heals by itself", OPTIONS, async () => {
  await begin(crashLoop);
  const number = await untilProposed(flow);
  await flow.local.world.forge.push("ben", {
    branch: "main",
    message: "shop: both names",
    files: { [SHOP_FILE]: crashLoop.healthy[0]?.push.files[SHOP_FILE] },
  });
  await flow.local.world.gitops.tick();
  await untilOver(flow);
  await expect(await threads(number)).toMatchFileSnapshot("../look/threads/healed.md");
});

it("a fix that is refused", OPTIONS, async () => {
  await begin(crashLoop);
  const number = await untilProposed(flow);
  await flow.comment("ben", number, "/approve");
  await flow.until("ben is answered", () => flow.ledger("POST /comments").length >= 3);
  await flow.comment("ada", number, "/explain");
  await flow.until("ada is answered", () => flow.ledger("POST /comments").length >= 5);
  await flow.comment("ada", number, "/reject the new name is right, @ben mends the shop");
  await untilOver(flow);
  await expect(await threads(number)).toMatchFileSnapshot("../look/threads/refused.md");
});

it("an issue, where there is nothing to propose", OPTIONS, async () => {
  await begin(outOfMemoryNoRoom);
  const { thread } = await untilOver(flow);
  const number = thread?.number ?? 0;
  await flow.comment("ada", number, "/ignore 2d");
  await flow.until("ada is answered", () => flow.ledger("POST /comments").length >= 2);
  await untilOver(flow);
  await expect(await threads(number)).toMatchFileSnapshot("../look/threads/issue.md");
});

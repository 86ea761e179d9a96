/** Commands that workflow files bring: said on any thread, judged like every other, and answered where they were said. */
import { afterEach, describe, expect, it } from "vitest";
import { crashLoop } from "../../functions/core/local/scenarios/crash-loop.ts";
import type { Run } from "../../functions/core/records/run.ts";
import { type Flow, openFlow } from "./flow.ts";

let flow: Flow;

afterEach(() => flow.close());

const LOOK = `name: look
description: say what is wrong in the cluster now
on: { comment: { command: /look } }
steps:
  - { id: find, tool: find_problems }
`;

const SCALE = `name: scale-app
description: run so many of something
on: { comment: { command: /scale-app, permission: admin, threads: [issue] } }
inputs:
  name: { type: string }
  replicas: { type: number }
steps:
  - { id: scale, tool: scale, with: { namespace: web, name: "\${{ inputs.name }}", replicas: "\${{ inputs.replicas }}" } }
`;

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const limit = Date.now() + 40_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > limit) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A healthy home with both workflows in force, and an issue that a person opened. @returns its number */
async function begin(): Promise<number> {
  flow = await openFlow();
  for (const { by, push } of crashLoop.healthy) await flow.push(by, push);
  await flow.push("ada", {
    branch: "main",
    message: "Commands",
    files: { ".anchorwatch/pipelines/look.yaml": LOOK, ".anchorwatch/pipelines/scale-app.yaml": SCALE },
  });
  await flow.start();
  await flow.local.world.gitops.tick();
  await until("the workflows are in force", async () => {
    const names = new Set((await flow.store.list("Pipeline", { limit: 500 })).items.map(({ record }) => record.compiled?.name));
    return names.has("look") && names.has("scale-app") ? true : undefined;
  });
  return ((await flow.api("ben", "POST", "/issues", { title: "The shop is slow", body: "" })).json as { number: number }).number;
}

async function said(number: number): Promise<readonly string[]> {
  const comments = (await flow.api("ada", "GET", `/issues/${number}/comments`)).json as { user: { login: string }; body: string }[];
  return comments.filter(({ user }) => user.login === "anchorwatch-words").map(({ body }) => body.split("\n\n<!--")[0] ?? "");
}

const answered = (number: number, count: number): Promise<readonly string[]> =>
  until(`${count} answers`, async () => {
    const answers = await said(number);
    return answers.length >= count ? answers : undefined;
  });

async function asked(): Promise<readonly Run[]> {
  return (await flow.store.list("Run", { limit: 500 })).items.map(({ record }) => record).filter(({ spec }) => spec.trigger.kind === "comment");
}

function reactions(): readonly unknown[] {
  return flow.ledger("POST /reactions").map(({ details }) => details["content"]);
}

describe("a workflow's command", () => {
  it("starts its workflow on anybody's issue, and the answer comes there", async () => {
    const issue = await begin();
    await flow.comment("ben", issue, "/look");
    const [answer] = await answered(issue, 1);
    expect(answer).toContain("The workflow has run to its end.");
    const [run] = await asked();
    expect(run).toMatchObject({ phase: "succeeded", thread: { number: issue, kind: "issue" }, spec: { trigger: { said: "/look", number: issue } } });
    expect(reactions()).toEqual(["+1"]);
  });

  it("gives its words to the steps as values, and says what a person would run where the mode allows no action", async () => {
    const issue = await begin();
    await flow.comment("ada", issue, "/scale-app shop replicas=2");
    const answers = await answered(issue, 1);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toContain("the number belongs in Git");
    expect((await asked())[0]?.spec.inputs).toEqual({ name: "shop", replicas: 2 });
  });

  it("is refused for a reader, without the right that the file asks for, with other words, edited, and elsewhere", async () => {
    const issue = await begin();
    await flow.comment("guest", issue, "/look");
    await answered(issue, 1);
    await flow.comment("ben", issue, "/scale-app shop 2");
    await answered(issue, 2);
    await flow.comment("ada", issue, "/scale-app shop two");
    await answered(issue, 3);
    for (const [login, body] of [
      ["ada", "> /look"],
      ["ada", "/look-around"],
      ["ada", "/lgtm"],
      ["anchorwatch-merge", "/look"],
    ] as const)
      await flow.comment(login, issue, body);
    await flow.aSecondLater();
    expect(await said(issue)).toEqual([
      "guest: you need write permission on this repository to start a workflow, so I did nothing.",
      "ben: this workflow asks for admin permission on this repository, so I did nothing.",
      "ada: `replicas` has to be a whole number, so I did nothing. It is written `/scale-app <name> <replicas>`.",
    ]);
    const runs = await asked();
    expect(runs.map(({ phase }) => phase)).toEqual(runs.map(() => "stopped"));
    expect(runs.flatMap(({ steps }) => steps.map(({ state }) => state)).every((state) => state === "skipped")).toBe(true);
  });
});

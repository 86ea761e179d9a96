/** A repository with one open proposal for each row of the table, made by our functions: each undoes one commit below its own app. */
import { application } from "../../functions/core/local/scenarios/scenario.ts";
import { decideStart } from "../../functions/core/engine/decide.ts";
import { incidentRun } from "../../functions/core/engine/start.ts";
import type { PushedFiles } from "../../functions/core/local/forge/actions/commits.ts";
import type { Person } from "../../functions/core/local/people.ts";
import { EVERYBODY } from "../../functions/core/local/people.ts";
import type { RepositoryRef } from "../../functions/core/records/fields.ts";
import { hashId } from "../../functions/core/records/ids.ts";
import type { KubernetesObject } from "../../functions/core/records/kubernetes-object.ts";
import type { Run } from "../../functions/core/records/run.ts";
import { contextOf, createRun } from "../../functions/core/shell/runs.ts";
import type { Shell } from "../../functions/core/shell/shell.ts";
import type { StoryFlow } from "../flows/flow.ts";
import { TABLE } from "./table.ts";
import type { Area, At, Row } from "./turns.ts";

/** People of the table beside those of the demo. */
export const PEOPLE: readonly Person[] = [
  ...EVERYBODY,
  { login: "olga", permission: "owner" },
  ...["cleo", "dan", "gus", "rita", "renovate"].map((login) => ({ login, permission: "write" as const })),
  { login: "sam", permission: "none" },
];

/** The second one is a team that our permission user is not in. */
export const TEAMS = { "home/ops": ["cleo", "anchorwatch-rights"], "home/board": ["cleo"] };

const POLICY = `mode: propose
bots: [renovate]
approvers:
  - { paths: ["apps/ada-*/**", "apps/started-alone-*/**"], users: [ada] }
  - { paths: ["apps/team-*/**"], teams: [home/ops] }
  - { paths: ["apps/hidden-*/**"], teams: [home/board] }
  - { paths: ["apps/two-*/**"], required: 2 }
`;

/** A workflow that a command starts, and that does nothing: what it comes to is that nobody needs to be told of. */
const GREET = `name: greet
description: say whether the shop of that name is well
on: { comment: { command: /greet, permission: admin } }
inputs: { name: { type: string } }
steps:
  - { id: look, tool: find_problems, if: "\${{ inputs.name == 'nobody' }}" }
`;

const CODE_OWNERS = "apps/owned-.*  @ben\napps/code-team-.*  @home/ops\n";

const appOf = (row: Row): string => `${row.area}-${TABLE.indexOf(row)}`;

export const APPLICATIONS: readonly KubernetesObject[] = TABLE.map((row) => application(appOf(row), `apps/${appOf(row)}`));

const deployment = (name: string, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: web }
spec:
  replicas: 1   # one is enough at home
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers: [{ name: app, image: "ghcr.io/acme/app:${image}" }]
`;

const claim = (name: string): string => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name}, namespace: web }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

const role = (name: string, verb: string): string => `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: ${name}, namespace: web }
rules: [{ apiGroups: [""], resources: [pods], verbs: [${verb}] }]
`;

/** What the commit that is to be undone did to an app. */
function broken(area: Area, name: string): Record<string, string> {
  if (area === "volume") return { [`apps/${name}/claim.yaml`]: claim(name) };
  if (area === "rights") return { [`apps/${name}/role.yaml`]: role(name, "delete") };
  return { [`apps/${name}/deployment.yaml`]: deployment(name, "2.0.0") };
}

function filesOf(make: (row: Row) => Record<string, string>): Record<string, string> {
  return Object.assign({}, ...TABLE.map((row) => make(row))) as Record<string, string>;
}

const HEALTHY: PushedFiles = {
  branch: "main",
  message: "Begin",
  files: {
    ".anchorwatch/policy.yaml": POLICY,
    CODEOWNERS: CODE_OWNERS,
    ".anchorwatch/pipelines/greet.yaml": GREET,
    ...filesOf((row) => ({
      [`apps/${appOf(row)}/deployment.yaml`]: deployment(appOf(row), "1.0.0"),
      ...(row.area === "rights" && { [`apps/${appOf(row)}/role.yaml`]: role(appOf(row), "get") }),
    })),
  },
};

const BREAKING: PushedFiles = { branch: "main", message: "Change everything", files: filesOf((row) => broken(row.area, appOf(row))) };

export interface BenchParts {
  readonly flow: StoryFlow;
  readonly shell: Shell;
  readonly repository: RepositoryRef;
  userId(login: string): Promise<number>;
  forcePush(login: string, branch: string, commit: string): Promise<void>;
  rename(login: string, to: string): Promise<void>;
  /** Our clock goes on by so many ms. */
  skip(ms: number): void;
}

export interface Bench {
  /** Opens the proposal of a row. */
  open(row: Row): Promise<At>;
  /** What our words said on the thread of the row's last words, as the table writes it. */
  answers(at: At): Promise<readonly string[]>;
  end(at: At): Promise<Row["end"]>;
}

/** Commits everything; from now on rows can be opened, many at once. */
export async function openBench(parts: BenchParts): Promise<Bench> {
  const { flow } = parts;
  await flow.push("ada", HEALTHY);
  const commit = await flow.push("ada", BREAKING);
  await succeed(flow.api("ada", "POST", "/branches", { new_branch_name: "release", old_ref_name: commit }));
  flow.world.gitops.freeze();
  await flow.start();
  await until("the workflow file is in force", async () => ((await flow.store.list("Pipeline")).items.length > 0 ? true : undefined));
  return {
    async open(row) {
      const run = await startRun(parts, row, commit);
      return await atOf(parts, row, run);
    },
    answers: (at) => answersOn(flow, at),
    async end(at) {
      const pull = (await flow.api("ada", "GET", `/pulls/${at.number}`)).json as { state: string; merged: boolean };
      if (pull.merged) return "merged";
      return pull.state === "closed" ? "closed" : "open";
    },
  };
}

async function succeed(answer: Promise<{ status: number; json: unknown }>): Promise<unknown> {
  const { status, json } = await answer;
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(json)}`);
  return json;
}

/** The run as an alert would have begun it, after its triage: what is to be undone is known. */
async function startRun({ shell, repository, userId }: BenchParts, row: Row, commit: string): Promise<string> {
  const name = appOf(row);
  const id = hashId("bench", name);
  const now = shell.clock.now();
  const object = { kind: "Deployment", namespace: "web", name };
  const remedy = {
    kind: "revert-commit" as const,
    repository,
    app: name,
    path: `apps/${name}`,
    commit,
    subject: "Change everything",
    author: "ada",
    committedAt: now,
    object,
    because: "It changed just this.",
  };
  const cause = { id: hashId("cause", name), object, category: "crash-loop", title: `Deployment web/${name} crashes`, detail: "It crashes.", findings: [] };
  await shell.store.create("ToolResult", `found-${id}`, {
    schema: 1,
    run: id,
    step: "find",
    tool: "find_problems",
    at: now,
    problems: { causes: [cause], baseline: [], remedy },
  });
  const context = await contextOf(shell, id);
  const started = incidentRun(
    {
      pipeline: {
        name: "bench",
        on: {},
        steps: [{ id: "fix", needs: [], tool: "propose_change", with: { remedy: { result: `found-${id}`, cause: cause.id } } }],
      },
      pipelineCommit: commit,
      repository,
      baseRef: "main",
      incidentKey: hashId("incident", name),
      alerts: [
        { fingerprint: hashId(name), status: "firing", labels: { alertname: "Crash", namespace: "web", deployment: name }, annotations: {}, startsAt: now },
      ],
    },
    context,
  );
  const starter = row.area === "started" ? "dan" : "ada";
  const by = { id: await userId(starter), login: starter };
  const run: Run = row.area.startsWith("started") ? { ...started, spec: { ...started.spec, trigger: { kind: "comment", by } } } : started;
  await createRun(shell, id, decideStart(run, context));
  return id;
}

const PATIENCE_MS = 120_000;

async function until<T>(what: string, look: () => Promise<T | undefined>, patienceMs = PATIENCE_MS): Promise<T> {
  const limit = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > limit) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

function isLook({ type, data }: Run["outbox"][number]): boolean {
  return type.endsWith("run.woken") || type.endsWith("verification.requested") || data["mode"] === "look";
}

async function atOf(parts: BenchParts, row: Row, id: string): Promise<At> {
  const { flow, shell, repository } = parts;
  const runNow = async (): Promise<Run | undefined> => (await shell.store.read("Run", id))?.record;
  const quiet = async (): Promise<true | undefined> => {
    const run = await runNow();
    const now = shell.clock.now();
    return run?.outbox.every((entry) => isLook(entry) && entry.claim === undefined && entry.at > now) ? true : undefined;
  };
  const change = await until(`the proposal of ${row.title}`, async () => (await runNow())?.changes.find(({ state }) => state === "proposed")).catch(
    async (error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify([(await runNow())?.warnings, (await runNow())?.outbox])}`);
    },
  );
  await until(`${row.title} is shown`, quiet);
  await flow.aSecondLater();
  const number = change.pullRequest ?? 0;
  const { branch, head: first = "" } = change;
  const last = { comment: 0, thread: number };
  const pull = async (): Promise<{ body: string; head: { sha: string } }> =>
    (await flow.api("ada", "GET", `/pulls/${number}`)).json as { body: string; head: { sha: string } };
  return {
    number,
    branch,
    first,
    last,
    api: (login, method, path, body) => flow.api(login, method, path, body),
    head: async () => (await pull()).head.sha,
    commit: (login) =>
      flow.push(login, {
        branch,
        message: "One more word",
        files: { [`apps/${appOf(row)}/deployment.yaml`]: deployment(appOf(row), "1.0.0").replace("one is enough at home", "one is enough") },
      }),
    forcePush: (login, commit) => parts.forcePush(login, branch, commit),
    rename: (login, to) => parts.rename(login, to),
    async hears(words) {
      await until(`"${words}" at ${row.title}`, async () => {
        const comments = (await flow.api("ada", "GET", `/issues/${last.thread}/comments`)).json as { body: string }[];
        return comments.some(({ body }) => body.includes(words)) ? true : undefined;
      });
    },
    async aWhile() {
      await flow.aSecondLater();
      await flow.aSecondLater();
    },
    later: (minutes) => Promise.resolve(parts.skip(minutes * shell.minuteMs)),
    async settled(statement) {
      await flow.aSecondLater();
      const name = statement && `approval-${repository.id}-${statement.of}-${statement.id}`;
      if (name !== undefined)
        await until(
          "the statement",
          async () => ((await runNow())?.noted.includes(name) || (await shell.store.read("Approval", name)) ? true : undefined),
          60_000,
        ).catch(() => undefined);
      await until(`${row.title} is quiet`, quiet);
    },
    async shown(head) {
      await until(`the plan of ${head}`, async () => {
        const comments = (await flow.api("ada", "GET", `/issues/${number}/comments`)).json as { body: string }[];
        return comments.at(-1)?.body.includes(`anchorwatch plan ${head}`) ? true : undefined;
      });
      await flow.aSecondLater();
    },
  };
}

/** Our words without the notice of the opening, their hidden lines and the shown plan. */
async function answersOn(flow: StoryFlow, at: At): Promise<readonly string[]> {
  const comments = (await flow.api("ada", "GET", `/issues/${at.last.thread}/comments`)).json as { user: { login: string }; body: string }[];
  const pull = (await flow.api("ada", "GET", `/pulls/${at.number}`)).json as { head: { sha: string }; merge_commit_sha: string | null };
  const said = comments.filter(({ user, body }) => user.login === "anchorwatch-words" && !body.startsWith("This waits for a person."));
  return said.map(({ body }) =>
    (body.split("\n\nThe plan for ")[0]?.split("\n\n<!--")[0] ?? "")
      .replaceAll(pull.head.sha.slice(0, 12), "HEAD")
      .replaceAll(pull.merge_commit_sha?.slice(0, 12) || "no commit", "MERGE")
      .replaceAll(`other-${at.number}`, "OTHER")
      .replace(/`[0-9a-f]{12}` \(`Change everything`/, "`BROKEN` (`Change everything`")
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/, "WHEN")
      .replace(/Until \d{4}-\d\d-\d\d, because/, "Until DAY, because")
      .replaceAll(/\bplain-\d+/g, "APP"),
  );
}

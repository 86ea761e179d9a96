import { createPlainRenderer } from "../../../functions/core/adapters/renderer/plain.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Refused, Unavailable } from "../../../functions/core/ports/errors.ts";
import { canonicalJson, jsonBytes } from "../../../functions/core/records/canonical.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { ProblemsSchema } from "../../../functions/core/records/tool-result.ts";
import { toolNamed } from "../../../functions/core/tools/registry.ts";
import type { ToolOutcome, ToolPorts } from "../../../functions/core/tools/tool.ts";
import { changed, recorded, RECORDED_AT } from "../triage/recorded.ts";
import { aRepository, type TestRepository } from "./a-repository.ts";

const ALERT = { labels: { alertname: "KubePodCrashLooping", namespace: "f-crash", pod: "crash-7c875c754b-7qk9l", container: "app" } };
const REPOSITORY = { id: 7, name: "home/gitops" };
const PATH = "apps/shop/deployment.yaml";
const manifest = (image: string, replicas = 1): string =>
  `# the shop\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: crash\nspec:\n  replicas: ${replicas}\n  selector: { matchLabels: { app: crash } }\n  template:\n    metadata: { labels: { app: crash } }\n    spec:\n      containers:\n        - name: app\n          image: ${image} # pinned\n`;

let repository: TestRepository;
beforeEach(() => {
  repository = aRepository();
});
afterEach(() => repository.remove());

/** The recorded crash, owned by an app whose history is these revisions, one a minute, the trouble in the last. */
function world(...revisions: readonly string[]): readonly KubernetesObject[] {
  const app = recorded("argocd/02-synced-progressing-after-bad-commit")[0];
  if (!app) throw new Error("not recorded");
  const source = { path: "apps/shop", repoURL: "http://gitea.example/home/gitops.git" };
  const history = revisions.map((revision, index) => ({
    revision,
    source,
    deployStartedAt: new Date(RECORDED_AT - (7 + revisions.length - 1 - index) * 60_000).toISOString(),
  }));
  const health = { status: "Progressing", lastTransitionTime: "2026-11-25T07:43:19Z" };
  const resources = [{ group: "apps", kind: "Deployment", name: "crash", namespace: "f-crash", status: "Synced" }];
  return [...recorded("kubernetes/crash", "kubernetes/crash-owners"), changed(app, { status: { history, resources, health } })];
}

function ports(objects: readonly KubernetesObject[], over: Partial<ToolPorts> = {}): ToolPorts {
  return {
    cluster: { snapshot: async () => objects, read: async () => undefined, logs: async () => undefined },
    gitops: { applications: async () => objects.filter((object) => object.kind === "Application"), refresh: async () => undefined },
    git: repository.git,
    renderer: createPlainRenderer(),
    clock: { now: () => RECORDED_AT },
    repositoryOf: async (url) => (url === "http://gitea.example/home/gitops.git" ? REPOSITORY : undefined),
    ...over,
  };
}

async function find(objects: readonly KubernetesObject[], input: unknown = { alert: ALERT }, over: Partial<ToolPorts> = {}): Promise<ToolOutcome> {
  const tool = toolNamed("find_problems");
  if (!tool) throw new Error("no such tool");
  const outcome = await tool.run(input, ports(objects, over));
  ProblemsSchema.parse(outcome.problems);
  expect(jsonBytes(outcome.output)).toBeLessThanOrEqual(4096);
  return outcome;
}

describe("find_problems", () => {
  it("finds the commit that broke the app, in a real history, among commits that did not", async () => {
    const good = repository.commit("the shop", { [PATH]: manifest("shop:1"), "other/a.yaml": "a: 1\n" });
    repository.commit("elsewhere", { "other/a.yaml": "a: 2\n" });
    const bad = repository.commit("new version", { [PATH]: manifest("shop:2"), "other/a.yaml": "a: 3\n" });
    repository.commit("scale", { [PATH]: manifest("shop:2", 2) });
    const head = repository.commit("words", { "README.md": "hello\n" });
    const { problems, output } = await find(world(good, head));
    expect(problems).toMatchObject({
      remedy: { kind: "revert-commit", commit: bad, subject: "new version", author: "alice", path: "apps/shop", repository: REPOSITORY },
    });
    expect(problems?.causes[0]).toMatchObject({
      object: { kind: "Deployment", name: "crash" },
      category: "crash-loop",
      app: { name: "shop", repository: REPOSITORY },
    });
    expect(problems?.baseline.map(({ object, category }) => `${object.kind} ${category}`)).toEqual(["Deployment crash-loop", "Deployment unavailable"]);
    expect(output).toMatchObject({ causes: [{ category: "crash-loop" }], remedy: { commit: bad } });
  });
  it("takes a merge as the one change that it was", async () => {
    const good = repository.commit("the shop", { [PATH]: manifest("shop:1") });
    repository.run("switch", "--quiet", "--create", "feature");
    repository.commit("half", { [PATH]: manifest("shop:1.5") });
    repository.commit("whole", { [PATH]: manifest("shop:2") });
    repository.run("switch", "--quiet", "main");
    repository.commit("words", { "README.md": "hello\n" });
    repository.run("merge", "--quiet", "--no-ff", "--message=Merge feature", "feature");
    const { problems } = await find(world(good, repository.run("rev-parse", "HEAD")));
    expect(problems?.remedy).toMatchObject({ commit: repository.run("rev-parse", "HEAD"), subject: "Merge feature" });
  });
  it.each<[string, () => readonly string[], RegExp]>([
    [
      "two commits changed it",
      () => [
        repository.commit("a", { [PATH]: manifest("shop:1") }),
        repository.commit("b", { [PATH]: manifest("shop:2") }),
        repository.commit("c", { [PATH]: manifest("shop:3") }),
      ],
      /more than one commit .* "c", .* "b"/,
    ],
    [
      "the same line was changed again on the branch since",
      () => {
        const deployed = [repository.commit("a", { [PATH]: manifest("shop:1") }), repository.commit("b", { [PATH]: manifest("shop:2") })];
        repository.commit("c", { [PATH]: manifest("shop:3") });
        return deployed;
      },
      /cannot be taken back as it is: line 14 of apps\/shop\/deployment\.yaml was changed again since/,
    ],
    [
      "the history was rewritten",
      () => {
        const old = repository.commit("a", { [PATH]: manifest("shop:1") });
        repository.run("branch", "old");
        repository.run("switch", "--quiet", "--orphan", "new");
        const young = repository.commit("b", { [PATH]: manifest("shop:2") });
        repository.run("branch", "--force", "main", "new");
        return [old, young];
      },
      /the branch was rewritten/,
    ],
    ["a deployed commit is gone", () => ["d".repeat(40), repository.commit("a", { [PATH]: manifest("shop:1") })], /dddddddddd is not in home\/gitops any more/],
    ["there was nothing before", () => [repository.commit("a", { [PATH]: manifest("shop:1") })], /nothing healthy is known before/],
    [
      "a file of the app is binary",
      () => [repository.commit("a", { [PATH]: manifest("shop:1") }), repository.commit("b", { [PATH]: manifest("shop:2"), "apps/shop/x.bin": "\u0000\u0001" })],
      /could not be read/,
    ],
  ])("proposes nothing when %s, and says so", async (_, make, words) => {
    const revisions = make();
    const objects = revisions.length > 2 ? world(revisions[0] ?? "", revisions.at(-1) ?? "") : world(...revisions);
    const { problems, output } = await find(objects);
    expect(problems?.remedy).toBeUndefined();
    expect(problems?.refusal).toMatch(words);
    expect(output.refusal).toMatch(words);
  });
  it("says which repository is not configured, and which object no app owns", async () => {
    const objects = world("a".repeat(40), "b".repeat(40));
    expect((await find(objects, { alert: ALERT }, { repositoryOf: async () => undefined })).output.refusal).toMatch(
      /http:\/\/gitea\.example\/home\/gitops\.git of the app shop is not one that is configured/,
    );
    const alone = objects.filter((object) => object.kind !== "Application");
    expect((await find(alone)).output.refusal).toMatch(/no Argo CD Application owns Deployment f-crash\/crash/);
  });
  it("says that nothing is wrong with what is well, and what is wrong elsewhere", async () => {
    const alert = { labels: { namespace: "web", deployment: "shop" } };
    expect((await find([], { alert })).output).toEqual({ causes: [], refusal: "nothing is wrong with Deployment web/shop now" });
    expect((await find(world(), { alert })).output.refusal).toMatch(
      /now; elsewhere in the cluster: Deployment f-crash\/crash: CrashLoopBackOff: container app crashes/,
    );
  });
  it("says why an alert is no issue, and asks the cluster only where that depends on it", async () => {
    const refuses = async (): Promise<never> => {
      throw new Unavailable("down");
    };
    const blind = { cluster: { snapshot: refuses, read: refuses, logs: refuses } };
    const about = (alertname: string): object => ({ alert: { labels: { alertname, severity: "critical" } } });
    expect((await find([], about("Watchdog"), blind)).output).toEqual({
      causes: [],
      refusal: "nothing to do, a heartbeat: Watchdog fires all the time, which shows that alerts get through",
    });
    expect((await find([], about("InfoInhibitor"), blind)).output.refusal).toMatch(/^nothing to do: it only mutes/);
    await expect(find([], about("KubeSchedulerDown"), blind)).rejects.toBeInstanceOf(Unavailable);
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "pi-1" }, status: { nodeInfo: { kubeletVersion: "v1.34.1+k0s" } } };
    expect((await find([...world(), node], about("KubeSchedulerDown"))).output).toEqual({
      causes: [],
      refusal: expect.stringMatching(/^nothing to do: k0s runs kube-scheduler inside of its own process/),
    });
  });
  it("asked about everything, it chooses no cause among several", async () => {
    const objects = [...world(), ...recorded("kubernetes/ready", "kubernetes/ready-owners")];
    expect((await find(objects, {})).output).toMatchObject({ causes: [{}, {}], refusal: "2 causes, and nothing says which one is meant" });
    expect((await find(objects, { object: { kind: "Deployment", namespace: "f-ready", name: "ready" } })).output).toMatchObject({
      causes: [{ category: "not-ready" }],
    });
  });
  it("that may not look says so, and never that all is well", async () => {
    const cluster = {
      snapshot: async () => {
        throw new Refused("pods is forbidden", { status: 403 });
      },
      read: async () => undefined,
      logs: async () => undefined,
    };
    await expect(find([], {}, { cluster })).rejects.toMatchObject({
      name: "Refused",
      status: 403,
      message: "the cluster could not be seen, which says nothing about its health: pods is forbidden",
    });
    await expect(
      find(
        [],
        {},
        {
          cluster: {
            ...cluster,
            snapshot: async () => {
              throw new Unavailable("down");
            },
          },
        },
      ),
    ).rejects.toBeInstanceOf(Unavailable);
  });
  it("refuses input that does not fit, and says where", async () => {
    await expect(find([], { alert: { labels: { pod: 3 } } })).rejects.toThrow(/the input of find_problems does not fit: .*alert\.labels\.pod/);
    await expect(find([], null)).rejects.toThrow(Refused);
  });
  it("keeps its output small in a cluster where everything is broken", async () => {
    const [pod] = recorded("kubernetes/pull");
    if (!pod) throw new Error("not recorded");
    const pods = Array.from({ length: 300 }, (_, index) =>
      changed(pod, { metadata: { name: `pull-with-a-name-that-is-as-long-as-names-like-to-be-${index}` } }),
    );
    const { problems, output } = await find(pods, {});
    expect(problems?.causes).toHaveLength(50);
    expect(jsonBytes(problems)).toBeLessThan(256 * 1024);
    expect(canonicalJson(output).length).toBeGreaterThan(1000);
  });

  it("leaves out what people have decided not to hear of, and says how many that are", async () => {
    const rule = { match: { namespace: "f-crash", deployment: "crash" }, reason: "being rebuilt", until: "2999-01-01" };
    const { problems, output } = await find(world("1".repeat(40)), { alert: ALERT }, { ignores: () => Promise.resolve([rule]) });
    expect([problems?.causes, output["ignored"]]).toEqual([[], 1]);
    expect(output["refusal"]).toContain("1 ignored by .anchorwatch/ignore.yaml");
    const past = await find(world("1".repeat(40)), { alert: ALERT }, { ignores: () => Promise.resolve([{ ...rule, until: "2020-01-01" }]) });
    expect(past.output["ignored"]).toBeUndefined();
  });
});

/** The command as people and scripts run it: a process, its output, its exit code. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

const folder = mkdtempSync(join(tmpdir(), "anchorwatch-diagnose-"));
const CANARY = "canary-7Rq2xV9mLw4T";

beforeAll(() => {
  cpSync("test/fixtures/kubernetes", join(folder, "objects"), { recursive: true });
  writeFileSync(join(folder, "objects", "notes.txt"), "nothing to see here\n");
  writeFileSync(
    join(folder, "alert.json"),
    JSON.stringify({ labels: { alertname: "KubePodCrashLooping", namespace: "f-crash", pod: "crash-7c875c754b-zzzzz" } }),
  );
  writeFileSync(join(folder, "watchdog.json"), JSON.stringify({ labels: { alertname: "KubePodNotReady", namespace: "quiet", pod: "quiet-0" } }));
  const kubeconfig = {
    clusters: [{ name: "off", cluster: { server: "http://127.0.0.1:1", "insecure-skip-tls-verify": true } }],
    contexts: [{ name: "off", context: { cluster: "off" } }],
    "current-context": "off",
  };
  writeFileSync(join(folder, "kubeconfig"), JSON.stringify(kubeconfig));
  const env = [{ name: "DB_PASSWORD", value: CANARY }];
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "leak", namespace: "web", annotations: { "example.com/token": CANARY }, creationTimestamp: "2026-11-25T07:00:00Z" },
    spec: { containers: [{ name: "app", image: "app:1", env, args: [`--token=${CANARY}`] }] },
    status: {
      phase: "Running",
      containerStatuses: [{ name: "app", restartCount: 9, state: { terminated: { exitCode: 1, reason: "Error", message: `no entry with ${CANARY}` } } }],
    },
  };
  writeFileSync(join(folder, "leak.json"), JSON.stringify(pod));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function anchorwatch(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ["scripts/cli/bin.mjs", ...args], { encoding: "utf8" });
}

const objects = join(folder, "objects");
const ObjectSchema = z.strictObject({ kind: z.string(), namespace: z.string().optional(), name: z.string() });
/** What README.md promises: nothing of it may change. */
const PromiseSchema = z.looseObject({
  causes: z.array(
    z.looseObject({
      object: ObjectSchema,
      category: z.string(),
      title: z.string(),
      detail: z.string(),
      findings: z.array(
        z.looseObject({
          object: ObjectSchema,
          category: z.string(),
          message: z.string(),
          evidence: z.array(z.looseObject({ field: z.string(), value: z.string() })),
          since: z.iso.datetime().optional(),
        }),
      ),
    }),
  ),
  notSeen: z.array(z.string()),
  now: z.iso.datetime(),
});

function pick({ causes, now }: z.infer<typeof PromiseSchema>): object {
  return { causes, now };
}

function json(...args: readonly string[]): z.infer<typeof PromiseSchema> {
  return PromiseSchema.parse(JSON.parse(anchorwatch("diagnose", "-o", "json", ...args).stdout));
}

describe("anchorwatch diagnose --offline", () => {
  it("tells every cause of a folder, names what it could not read, and exits with 1", () => {
    const { status, stdout } = anchorwatch("diagnose", "--offline", objects);
    expect(status).toBe(1);
    for (const word of ["CrashLoopBackOff", "OOMKilled", "ImagePullBackOff", "CreateContainerConfigError", "FailedScheduling"]) expect(stdout).toContain(word);
    expect(stdout).toContain("notes.txt: no Kubernetes object in it");
    expect(stdout).not.toContain("\u001b");
  });

  it("prints the JSON that is promised", () => {
    const { causes, notSeen, now } = json("--offline", objects);
    expect(causes.length).toBeGreaterThan(8);
    expect(causes.find(({ category }) => category === "crash-loop")?.title).toContain("CrashLoopBackOff");
    expect(notSeen).toHaveLength(1);
    expect(now.startsWith("2026-11-25T")).toBe(true);
  });

  it.each([[["deploy/crash", "-n", "f-crash"]], [["--alert", join(folder, "alert.json")]]])("chooses what was asked about: %j", (args) => {
    expect(json("--offline", objects, ...args).causes.map(({ object }) => object)).toEqual([{ kind: "Deployment", namespace: "f-crash", name: "crash" }]);
  });

  it("says in words that nothing is behind an alert, and exits with 0", () => {
    const { status, stdout } = anchorwatch("diagnose", "--offline", objects, "--alert", join(folder, "watchdog.json"));
    expect(status).toBe(0);
    expect(stdout).toContain("nothing is wrong with alert KubePodNotReady");
    expect(stdout).toContain("causes elsewhere");
  });

  it.each([
    [["--offline", "/nowhere"], "/nowhere: there is no such file or folder"],
    [["--offline", objects, "deployment/f-crash/other"], "there is no Deployment f-crash/other"],
    [["--offline", objects, "--now", "yesterday"], "2026-11-25T07:50:00Z"],
    [["--kubeconfig", join(folder, "kubeconfig")], "http://127.0.0.1:1 does not answer"],
  ])("exits with 2 and says why: %j", (args, reason) => {
    const { status, stderr } = anchorwatch("diagnose", ...args);
    expect(stderr).toContain(reason);
    expect(status).toBe(2);
  });

  it("dumps what it read without secrets, and tells the same of the dump", () => {
    const dump = join(folder, "dump.json.gz");
    expect(anchorwatch("dump", "--offline", objects, join(folder, "leak.json"), "-o", dump)).toMatchObject({ status: 0 });
    expect(gunzipSync(readFileSync(dump)).toString("utf8")).not.toContain(CANARY);
    const { causes, now } = json("--offline", dump);
    expect({ causes, now }).toEqual(pick(json("--offline", objects, "--offline", join(folder, "leak.json"))));
  });

  it("shows no secret, whatever the cluster's messages hold", () => {
    for (const form of ["text", "json"]) {
      const { status, stdout, stderr } = anchorwatch("diagnose", "--offline", join(folder, "leak.json"), "-o", form);
      expect(status).toBe(1);
      expect(stdout + stderr).not.toContain(CANARY);
      expect(stdout).toContain("CrashLoopBackOff");
    }
  });
});

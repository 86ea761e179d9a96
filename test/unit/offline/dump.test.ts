import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { gatherObjects } from "../../../functions/core/adapters/offline/gather.ts";
import { readOffline } from "../../../functions/core/adapters/offline/read-paths.ts";
import { writeDump } from "../../../functions/core/adapters/offline/write-dump.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { podLogObject } from "../../../functions/core/records/pod-log.ts";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { recorded, RECORDED_AT } from "../triage/recorded.ts";
import { folderOf } from "./a-folder.ts";

const CANARY = "canary-7Rq2xV9mLw4T";
const NAMES = ["crash", "crash-owners", "oom", "oom-owners", "pull", "config", "init", "live", "ready", "ready-owners", "pending", "job", "job-owners"];

/** The recorded cluster with a secret at every place where people put one. */
function leaking(): KubernetesObject[] {
  const [pod, ...others] = recorded(...NAMES.map((name) => `kubernetes/${name}`));
  if (!pod) throw new Error("nothing recorded");
  const base64 = Buffer.from(CANARY).toString("base64");
  const metadata = { name: "shop", namespace: "f-crash" };
  const annotations = { "example.com/api-token": CANARY, "kubectl.kubernetes.io/last-applied-configuration": `{"password":"${CANARY}"}` };
  const spec = { ...Object(pod["spec"]), initContainers: [{ name: "x", args: ["--token", CANARY], env: [{ name: "KEY", value: CANARY }] }] };
  return [
    { ...pod, metadata: { ...pod.metadata, annotations }, spec },
    ...others,
    { apiVersion: "v1", kind: "Secret", metadata, data: { password: base64 } },
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "app.env": `DB_PASSWORD=${CANARY}\n` } },
    {
      apiVersion: "v1",
      kind: "Event",
      metadata,
      involvedObject: { kind: "Pod", ...pod.metadata },
      reason: "BackOff",
      message: `cannot log in with ${CANARY} or ${base64}`,
    },
    podLogObject({ namespace: "f-crash", pod: pod.metadata.name, container: "app", previous: true, text: `connecting as shop:${CANARY}\nfatal` }),
  ];
}

/** What a live look makes of the cluster. */
function look(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const gathering = gatherObjects();
  for (const object of objects) gathering.take(object);
  return gathering.finish();
}

describe("a dump", () => {
  it("is diagnosed as the cluster was, at the moment at which it was taken", async () => {
    const objects = look(leaking());
    const path = join(folderOf({}), "dump.json.gz");
    await writeDump(path, { takenAt: RECORDED_AT + 60_000, notSeen: ["nodes: may not be listed (403)"] }, objects);
    const read = await readOffline([path], []);
    expect(read.newestAt).toBe(RECORDED_AT + 60_000);
    expect(read.warnings).toEqual(["nodes: may not be listed (403)"]);
    expect(diagnose(read.objects, read.newestAt ?? 0).findings).toEqual(diagnose(objects, RECORDED_AT + 60_000).findings);
    expect(diagnose(read.objects, read.newestAt ?? 0).causes.length).toBeGreaterThan(8);
  });

  it("holds no secret, in plain or in base64, nor do the findings", async () => {
    const objects = look(leaking());
    const path = join(folderOf({}), "dump.json.gz");
    await writeDump(path, { takenAt: RECORDED_AT, notSeen: [] }, objects);
    const text = gunzipSync(readFileSync(path)).toString("utf8") + JSON.stringify(diagnose(objects, RECORDED_AT).causes);
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain(Buffer.from(CANARY).toString("base64").slice(2, 22));
    expect(text).toContain("cannot log in with [redacted]");
  });

  it("is small, its owner's only, and takes no other file's place", async () => {
    const path = join(folderOf({}), "dump.json.gz");
    await writeDump(path, { takenAt: RECORDED_AT, notSeen: [] }, look(leaking()));
    expect(statSync(path).size).toBeLessThan(16 * 1024);
    expect(statSync(path).mode & 0o077).toBe(0);
    await expect(writeDump(path, { takenAt: RECORDED_AT, notSeen: [] }, [])).rejects.toThrow("there is such a file already");
  });
});

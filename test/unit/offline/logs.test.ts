import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readOffline } from "../../../functions/core/adapters/offline/read-paths.ts";
import { readPodLog } from "../../../functions/core/records/pod-log.ts";
import { folderOf, podOf } from "./a-folder.ts";

const UID = "0f8fad5b-d9cb-469f-a165-70867728950e";
const two = { spec: { containers: [{ name: "app" }, { name: "side" }], initContainers: [{ name: "wait-db" }] } };
const pods = [podOf("shop-0", "web", two), podOf("shop-0", "test"), podOf("cache", "web"), podOf("kube-proxy-pi.local", "kube-system")];

/** Which runs the log files were taken for, and the warnings. */
async function logsOf(files: Readonly<Record<string, string | Buffer>>): Promise<{ taken: string[]; warnings: number }> {
  const look = await readOffline([folderOf({ "pods.json": JSON.stringify(pods) })], [folderOf(files)]);
  const logs = look.objects.flatMap((object) => readPodLog(object) ?? []);
  const taken = logs.map((log) => `${log.namespace}/${log.pod}/${log.container}${log.previous ? " previous" : ""}: ${log.text}`);
  return { taken: taken.sort(), warnings: look.warnings.length };
}

describe("a log file finds its container by its name", () => {
  it.each([
    ["cache.log", "web/cache/app: boom"],
    ["cache.previous.log", "web/cache/app previous: boom"],
    ["cache_previous.log", "web/cache/app previous: boom"],
    ["cache-previous.log.gz", "web/cache/app previous: boom"],
    ["previous/cache.log", "web/cache/app previous: boom"],
    ["web_shop-0_app.log", "web/shop-0/app: boom"],
    ["web-shop-0-side.log", "web/shop-0/side: boom"],
    ["web/shop-0/side.log", "web/shop-0/side: boom"],
    ["web/shop-0/wait-db.previous.log", "web/shop-0/wait-db previous: boom"],
    ["shop-0-side.log", "web/shop-0/side: boom"],
    ["shop-0_side_previous.log", "web/shop-0/side previous: boom"],
    ["test/shop-0.log", "test/shop-0/app: boom"],
    ["web/shop-0/logs.txt", "web/shop-0/app: boom"],
    ["kube-proxy-pi.local.log", "kube-system/kube-proxy-pi.local/app: boom"],
    [`web_shop-0_${UID}/side/0.log`, "web/shop-0/side: boom"],
    [`shop-0_web_side-${"ab".repeat(32)}.log`, "web/shop-0/side: boom"],
  ])("%s", async (name, taken) => {
    expect(await logsOf({ [name]: name.endsWith(".gz") ? gzipSync("boom\n") : "boom\n" })).toEqual({ taken: [taken], warnings: 0 });
  });

  it("takes the kubelet's last two runs by their numbers", async () => {
    const folder = `web_shop-0_${UID}/app`;
    expect((await logsOf({ [`${folder}/3.log`]: "older", [`${folder}/9.log`]: "before", [`${folder}/10.log`]: "now" })).taken).toEqual([
      "web/shop-0/app previous: before",
      "web/shop-0/app: now",
    ]);
  });

  it("does not guess between two pods of one name, nor take what belongs to none", async () => {
    expect(await logsOf({ "shop-0.log": "whose?", "other.log": "nobody's" })).toEqual({ taken: [], warnings: 2 });
  });

  it("may lie beside the objects", async () => {
    const look = await readOffline([folderOf({ "pods.json": JSON.stringify(pods), "logs/cache.log": "boom" })], []);
    expect(look.objects.flatMap((object) => readPodLog(object)?.text ?? [])).toEqual(["boom"]);
  });
});

describe("the lines of a log", () => {
  it.each([
    ["containerd's", "2026-11-25T07:50:10.123456789Z stdout F one\n2026-11-25T07:50:11.1Z stderr P tw\n2026-11-25T07:50:11.1Z stderr F o\n", "one\ntwo"],
    [
      "Docker's",
      '{"log":"one\\n","stream":"stdout","time":"2026-11-25T07:50:11.1Z"}\n{"log":"two\\n","stream":"stderr","time":"2026-11-25T07:50:09Z"}\n',
      "one\ntwo",
    ],
    ["those of kubectl with timestamps", "2026-11-25T07:50:10Z one\n2026-11-25T07:50:11.1Z two\n", "one\ntwo"],
  ])("are read without what %s runtime puts before them, and tell the time", async (_, raw, text) => {
    const look = await readOffline([folderOf({ "pods.json": JSON.stringify(pods) })], [folderOf({ "cache.log": raw })]);
    expect(look.objects.flatMap((object) => readPodLog(object)?.text ?? [])).toEqual([text]);
    expect(look.newestAt).toBe(Date.parse("2026-11-25T07:50:11.1Z"));
  });

  it("are kept from the end of a large file", async () => {
    const raw = `${"a line that is not the last one\n".repeat(200_000)}panic: the reason\n`;
    const { taken } = await logsOf({ "cache.log": raw });
    expect(taken[0]?.endsWith("panic: the reason")).toBe(true);
    expect(taken[0]?.length).toBeLessThan(20_000);
  });
});

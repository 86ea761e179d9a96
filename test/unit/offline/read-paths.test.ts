import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { readOffline } from "../../../functions/core/adapters/offline/read-paths.ts";
import { folderOf, podOf } from "./a-folder.ts";

/** What is read from files: the objects in short, and the warnings without the folder. */
async function read(files: Readonly<Record<string, string | Buffer>>): Promise<{ objects: string[]; warnings: string[] }> {
  const folder = folderOf(files);
  const look = await readOffline([folder], []);
  return {
    objects: look.objects.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace}/${metadata.name}`).sort(),
    warnings: look.warnings.map((warning) => warning.replace(`${folder}/`, "")),
  };
}

const ONE = ["v1 Pod web/a"];
const TWO = ["v1 Pod web/a", "v1 Pod web/b"];
const list = { apiVersion: "v1", kind: "List", items: [podOf("a"), podOf("b")], metadata: { resourceVersion: "" } };
const untyped = [podOf("a"), podOf("b")].map((pod) => Object.fromEntries(Object.entries(pod).filter(([key]) => key !== "kind" && key !== "apiVersion")));
const shared = { app: "shop" };
const woven = ["a", "b"].map((name) => podOf(name, "web", { metadata: { name, namespace: "web", labels: shared } }));
const podList = { apiVersion: "v1", items: untyped, kind: "PodList", metadata: {} };

describe("every shape that people have at hand", () => {
  it.each<[what: string, name: string, content: string | Buffer, objects: string[]]>([
    ["one object as YAML", "a.yaml", stringify(podOf("a")), ONE],
    ["one object as JSON", "a.json", JSON.stringify(podOf("a"), undefined, 4), ONE],
    ["a List as YAML, as kubectl writes it", "a.yaml", stringify(list, { indentSeq: false }), TWO],
    ["a List as YAML with indented items", "a.yml", stringify(list), TWO],
    ["a List as JSON", "a.json", JSON.stringify(list), TWO],
    ["a PodList of the raw API, whose items have no type", "pods.json", JSON.stringify(podList), TWO],
    ["a PodList whose type stands before its items", "pods.json", JSON.stringify({ kind: "PodList", apiVersion: "v1", metadata: {}, items: untyped }), TWO],
    ["a PodList as YAML", "pods.yaml", stringify(podList, { indentSeq: false }), TWO],
    ["items that share anchors", "a.yaml", stringify({ apiVersion: "v1", kind: "List", items: woven }, { indentSeq: false }), TWO],
    ["several documents", "a.yaml", `# mine\n---\n${stringify(podOf("a"))}---\n\n---\n${stringify(list)}`, TWO],
    ["lists one after another", "a.yaml", `${stringify(podList)}---\n${stringify(podOf("c"))}`, [...TWO, "v1 Pod web/c"]],
    ["JSON lines", "a.jsonl", `${JSON.stringify(podOf("a"))}\n${JSON.stringify(podOf("b"))}\n`, TWO],
    ["a bare array", "a.json", JSON.stringify([podOf("a"), podOf("b")]), TWO],
    ["lists in a list", "a.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: [podList] }), TWO],
    ["flow style that is no JSON", "a.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: web}}", ONE],
    ["gzip", "a.json.gz", gzipSync(JSON.stringify(list)), TWO],
    ["gzip whose name does not say so", "a.yaml", gzipSync(stringify(list)), TWO],
    ["a byte order mark and CRLF", "a.yaml", `\uFEFF${stringify(list).replaceAll("\n", "\r\n")}`, TWO],
    ["UTF-16 of PowerShell", "a.yaml", Buffer.from(`\uFEFF${stringify(list)}`, "utf16le"), TWO],
    [
      "`kubectl cluster-info dump`, with logs between the lists",
      "dump.txt",
      `${JSON.stringify(podList)}\n==== START logs ====\nit's "fine"\n${JSON.stringify(list)}`,
      TWO,
    ],
    ["an extension that says nothing", "pods.txt", stringify(list), TWO],
  ])("%s", async (_, name, content, objects) => {
    expect(await read({ [name]: content })).toEqual({ objects, warnings: [] });
  });

  it("takes an object that stands in two files once, the newer of the two", async () => {
    const old = podOf("a", "web", { metadata: { name: "a", namespace: "web", resourceVersion: "9" }, status: { phase: "Pending" } });
    const newer = podOf("a", "web", { metadata: { name: "a", namespace: "web", resourceVersion: "10" }, status: { phase: "Running" } });
    const { objects } = await readOffline([folderOf({ "1.json": JSON.stringify(newer), "2.json": JSON.stringify(old) })], []);
    expect(objects).toMatchObject([{ status: { phase: "Running" } }]);
  });
});

describe("what is broken or no object is named, and loses nothing else", () => {
  it("garbage beside objects", async () => {
    const { objects, warnings } = await read({
      "a.yaml": stringify(podOf("a")),
      "notes.md": "# What happened\n\nI upgraded the thing: and then\n",
      "photo.png": Buffer.from([137, 80, 78, 71, 0, 1, 2]),
      "empty.yaml": "",
      "table.txt": "NAME   READY   STATUS\nshop-0   0/1   Error\n",
      "values.yaml": "replicas: 3\n",
      "nested/deeper/b.json": JSON.stringify(podOf("b")),
    });
    expect(objects).toEqual(TWO);
    expect(warnings.map((warning) => warning.split(":")[0])).toEqual(["empty.yaml", "notes.md", "photo.png", "table.txt", "values.yaml"]);
  });

  it("one object of a list that cannot be parsed", async () => {
    const broken = stringify(list, { indentSeq: false }).replace("    name: b", "    name: [b");
    const { objects, warnings } = await read({ "a.yaml": broken });
    expect(objects).toEqual(ONE);
    expect(warnings[0]).toMatch(/^a\.yaml: line \d+ /);
  });

  it("a file that was cut off, packed or not", async () => {
    const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: Array.from({ length: 100 }, (_, index) => podOf(`p${index}`)) });
    const cut = await read({ "a.json": text.slice(0, -60) });
    expect(cut.objects).toHaveLength(99);
    expect(cut.warnings).toEqual([expect.stringContaining("ends in the middle of a document")]);
    const packed = gzipSync(text);
    const packedCut = await read({ "b.json": JSON.stringify(podOf("b")), "a.json.gz": packed.subarray(0, -12) });
    expect(packedCut.objects.length).toBeGreaterThan(1);
    expect(packedCut.warnings).toHaveLength(1);
  });

  it("nesting that would bring a parser down, in YAML and JSON", async () => {
    const { objects, warnings } = await read({
      "a.yaml": stringify(podOf("a")),
      "deep.yaml": `a: ${"[".repeat(5_000)}${"]".repeat(5_000)}`,
      "deep.json": `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
    });
    expect(objects).toEqual(ONE);
    expect(warnings).toEqual([expect.stringContaining("deeper than 64"), expect.stringContaining("deeper than 64")]);
  });

  it("aliases that grow", async () => {
    const bomb = `a: &a [x, x]\n${"bcdefghi"
      .split("")
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(", ")}]`)
      .join("\n")}\n`;
    expect((await read({ "a.yaml": stringify(podOf("a")), "bomb.yaml": bomb })).objects).toEqual(ONE);
  });

  it("one large value that is named very often", async () => {
    const large = `a: &a [${Array(2_000).fill("x").join(", ")}]\n`;
    const text = `apiVersion: v1\nitems:\n- ${large}- kind: Pod\n${"- *a\n".repeat(1_500)}kind: List\n`;
    const { warnings } = await read({ "a.yaml": stringify(podOf("a")), "woven.yaml": text });
    expect(warnings).toEqual([expect.stringContaining("grows too large through its aliases")]);
  });

  it("is an error where nothing could be read, or a path is not there", async () => {
    await expect(readOffline([folderOf({ "a.md": "# nothing" })], [])).rejects.toThrow("no Kubernetes object could be read");
    await expect(readOffline(["/nowhere/at/all"], [])).rejects.toThrow("/nowhere/at/all: there is no such file or folder");
  });

  it("metadata of the wrong shape is not there", async () => {
    const odd = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a", namespace: "web", labels: ["x"], annotations: { a: 7 }, ownerReferences: { kind: "x" } },
    };
    const { objects } = await readOffline([folderOf({ "a.json": JSON.stringify(odd).replace('"labels"', '"__proto__":{"polluted":true},"labels"') })], []);
    expect(objects[0]?.metadata).toEqual({ name: "a", namespace: "web" });
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("the moment of a snapshot", () => {
  it("is the newest time that it tells, not one that is still to come", async () => {
    const pod = podOf("a", "web", {
      metadata: {
        name: "a",
        namespace: "web",
        creationTimestamp: "2026-11-01T00:00:00Z",
        managedFields: [{ manager: "kubelet", time: "2026-11-03T00:00:00Z" }],
      },
      status: { startTime: "2026-11-02T00:00:00Z", notAfter: "2027-01-01T00:00:00Z", renewalTime: "2026-12-01T00:00:00Z" },
    });
    expect((await readOffline([folderOf({ "a.json": JSON.stringify(pod) })], [])).newestAt).toBe(Date.parse("2026-11-03T00:00:00Z"));
  });

  it("is unknown where nothing tells one", async () => {
    expect((await readOffline([folderOf({ "a.json": JSON.stringify(podOf("a")) })], [])).newestAt).toBeUndefined();
  });
});

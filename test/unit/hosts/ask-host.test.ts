import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { askHost } from "../../../functions/core/adapters/hosts/ask-host.ts";
import { readHosts } from "../../../functions/core/adapters/hosts/k0sctl-file.ts";
import { hostFactsObject } from "../../../functions/core/records/host-facts.ts";
import { diagnose } from "../../../functions/core/triage/diagnose.ts";
import { folderOf } from "../offline/a-folder.ts";

const NOW = Date.parse("2026-11-25T08:00:00Z");
const HEALTHY_DISK =
  "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/mmcblk0p2 30000000 12000000 18000000 40% /\n/dev/loop0 4096 4096 0 100% /snap/core/1\n";

function fileWith(hosts: unknown): string {
  return join(folderOf({ "k0sctl.yaml": stringify({ apiVersion: "k0sctl.k0sproject.io/v1beta1", kind: "Cluster", spec: { hosts } }) }), "k0sctl.yaml");
}

/** A program in place of ssh: it answers by the command that it is given last, and writes down its arguments. */
function fakeSsh(script: string): { ssh: string; args: () => string } {
  const folder = folderOf({ ssh: `#!/bin/sh\nprintf '%s\\n' "$@" >> "$(dirname "$0")/args"\nfor last; do :; done\n${script}\n` });
  chmodSync(join(folder, "ssh"), 0o755);
  return { ssh: join(folder, "ssh"), args: () => readFileSync(join(folder, "args"), "utf8") };
}

/** Categories and objects that are told of one host's answers. */
function told(answers: Parameters<typeof hostFactsObject>[0]["answers"], unreachable?: string): string[] {
  const facts = hostFactsObject({ name: "pi5-a", address: "192.168.1.10", unreachable, answers });
  return diagnose([facts], NOW).findings.map(({ object, category }) => `${object.kind} ${object.name} ${category}`);
}

describe("the hosts of a k0sctl.yaml", () => {
  it("are read with what ssh needs", () => {
    expect(
      readHosts(
        fileWith([
          { role: "controller", ssh: { address: "pi5-a.home", user: "pi", port: 2222, keyPath: "~/.ssh/id" } },
          { role: "worker", ssh: { address: "fd00::7" } },
        ]),
      ),
    ).toEqual([
      { address: "pi5-a.home", user: "pi", port: 2222, keyPath: "~/.ssh/id" },
      { address: "fd00::7", user: "root", port: 22 },
    ]);
  });

  it.each([
    [{ address: "-oProxyCommand=x" }, "spec.hosts.0.ssh.address"],
    [{ address: "a b" }, "spec.hosts.0.ssh.address"],
    [{ address: "a;reboot" }, "spec.hosts.0.ssh.address"],
    [{ address: "pi", user: "-l" }, "spec.hosts.0.ssh.user"],
    [{ address: "pi", user: "$(id)" }, "spec.hosts.0.ssh.user"],
    [{ address: "pi", port: 70_000 }, "spec.hosts.0.ssh.port"],
    [{ address: "pi", keyPath: "-F/x" }, "spec.hosts.0.ssh.keyPath"],
  ])("%j is refused by its field", (ssh, field) => {
    expect(() => readHosts(fileWith([{ ssh }]))).toThrow(field);
  });

  it("are an error where there are none", () => {
    expect(() => readHosts(fileWith([{ localhost: {} }]))).toThrow("none has ssh");
    expect(() => readHosts(join(folderOf({ "x.yaml": "kind: Pod\n" }), "x.yaml"))).toThrow("kind");
  });
});

describe("a host that is asked", () => {
  const host = { address: "pi5-a.home", user: "pi", port: 2222, keyPath: "/keys/id" };

  it("is asked fixed commands, never for a password, and its address stands where no option can", async () => {
    const { ssh, args } = fakeSsh('case "$last" in hostname) echo PI5-A;; *get_throttled) echo throttled=0x0;; *) exit 1;; esac');
    const facts = await askHost(host, ssh);
    expect(facts).toMatchObject({ name: "pi5-a", answers: { throttled: "throttled=0x0\n" } });
    expect(args()).toContain("-T\n-o\nBatchMode=yes");
    expect(args()).toContain("-i\n/keys/id\n-p\n2222\n-l\npi\n--\npi5-a.home\nhostname\n");
  });

  it("that cannot be reached says why", async () => {
    const { ssh } = fakeSsh('echo "ssh: connect to host pi5-a.home port 2222: No route to host" >&2; exit 255');
    expect(await askHost(host, ssh)).toMatchObject({ name: "pi5-a.home", unreachable: "ssh: connect to host pi5-a.home port 2222: No route to host" });
    expect((await askHost(host, "/nowhere/ssh")).unreachable).toContain("ENOENT");
  });
});

describe("what hosts say", () => {
  it.each<[what: string, answers: Parameters<typeof told>[0], findings: string[]]>([
    ["under-voltage now", { throttled: "throttled=0x50005\n" }, ["under-voltage", "throttled"]],
    ["under-voltage in the kernel's log", { kernel: "2026-11-25T07:50:00+0000 pi5-a kernel: hwmon hwmon1: Undervoltage detected!" }, ["under-voltage"]],
    ["a failing SD card", { kernel: "2026-11-25T07:50:00+0000 pi5-a kernel: mmc0: timeout waiting for hardware interrupt." }, ["disk-error"]],
    ["a failing disk", { kernel: "2026-11-25T07:50:00+0000 pi5-a kernel: I/O error, dev sda, sector 7" }, ["disk-error"]],
    [
      "a file system that became read-only",
      { kernel: "2026-11-25T07:50:00+0000 pi5-a kernel: EXT4-fs (sda2): Remounting filesystem read-only" },
      ["read-only-filesystem"],
    ],
    ["a full disk", { disk: HEALTHY_DISK.replace("40%", "97%") }, ["disk-full"]],
    ["no inodes left", { inodes: HEALTHY_DISK.replace("40%", "100%") }, ["inodes-full"]],
    ["k0s that does not start", { services: "k0scontroller inactive\nk0sworker failed\n" }, ["k0s-down"]],
  ])("%s is told of the node", (_, answers, findings) => {
    expect(told(answers)).toEqual(findings.map((category) => `Node pi5-a ${category}`));
  });

  it("a host that is not reached is told", () => expect(told({}, "No route to host")).toEqual(["Node pi5-a host-unreachable"]));

  it("is silent where all is well, and about the past", () => {
    const kernel = "2026-11-20T07:50:00+0000 pi5-a kernel: hwmon hwmon1: Undervoltage detected!";
    expect(
      told({
        throttled: "throttled=0x50000",
        kernel,
        disk: HEALTHY_DISK,
        inodes: HEALTHY_DISK,
        services: "k0scontroller inactive\nk0sworker active\n",
        k0s: "{}",
      }),
    ).toEqual([]);
    expect(told({})).toEqual([]);
  });
});

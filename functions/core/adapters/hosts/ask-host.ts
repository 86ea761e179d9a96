/** Asks a host over the system's ssh: a fixed list of commands that only read, each with a timeout, none with anything of ours in it. */
import { spawn } from "node:child_process";
import { type HostFacts, type HostQuestion } from "../../records/host-facts.ts";
import type { SshHost } from "./k0sctl-file.ts";

const TIMEOUT_MS = 15_000;
const CONNECT_S = 8;
const MAX_BYTES = 512 * 1024;
/** ssh's own exit code where it could not connect. */
const NOT_CONNECTED = 255;

const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Reads its own journal as root, or as a user who may; never asks for a password. */
const JOURNAL = "journalctl -k -b -p warning -n 400 --no-pager -o short-iso";

const COMMANDS: Readonly<Record<HostQuestion | "name", string>> = {
  name: "hostname",
  k0s: `${PATH} k0s status -o json 2>&1 || sudo -n ${PATH} k0s status -o json`,
  services: 'for s in k0scontroller k0sworker; do echo "$s $(systemctl is-active $s)"; done',
  disk: "df -P -k",
  inodes: "df -P -i",
  kernel: `sudo -n ${JOURNAL} 2>/dev/null || ${JOURNAL}`,
  throttled: `${PATH} vcgencmd get_throttled`,
};

/** Lines of the kernel's log that can say something: drivers fill the rest of it. */
const TELLING = /voltage|mmc|I\/O error|medium error|read-only|EXT4|BTRFS|XFS|error/i;

/** @param ssh the program; tests give another */
export async function askHost(host: SshHost, ssh = "ssh"): Promise<Pick<HostFacts, "name" | "address" | "unreachable" | "answers">> {
  const first = await run(ssh, host, COMMANDS.name);
  const name = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.exec(first.output.trim().toLowerCase())?.[0] ?? host.address;
  if (first.code !== 0) return { name, address: host.address, unreachable: reasonOf(first), answers: {} };
  const answers: Partial<Record<HostQuestion, string>> = {};
  for (const question of ["k0s", "services", "disk", "inodes", "kernel", "throttled"] as const) {
    const { code, output } = await run(ssh, host, COMMANDS[question]);
    if (code === 0 || question === "services") answers[question] = question === "kernel" ? tellingLines(output) : output;
  }
  return { name, address: host.address, answers };
}

function tellingLines(log: string): string {
  return log
    .split("\n")
    .filter((line) => TELLING.test(line))
    .slice(-60)
    .join("\n");
}

interface Ended {
  /** undefined when it was stopped for its time. */
  readonly code: number | undefined;
  readonly output: string;
  readonly error: string;
}

function reasonOf({ code, error }: Ended): string {
  if (code === undefined) return `no answer in ${TIMEOUT_MS / 1000} s`;
  const said = error.trim().split("\n").at(-1) ?? "";
  return said === "" ? `ssh ended with ${code}` : said.slice(0, 300);
}

function run(ssh: string, host: SshHost, command: string): Promise<Ended> {
  const options = ["BatchMode=yes", `ConnectTimeout=${CONNECT_S}`, "ClearAllForwardings=yes", "PermitLocalCommand=no", "LogLevel=ERROR"];
  const key = host.keyPath === undefined ? [] : ["-i", host.keyPath];
  const args = ["-T", ...options.flatMap((option) => ["-o", option]), ...key, "-p", String(host.port), "-l", host.user, "--", host.address, command];
  return new Promise((resolve) => {
    const child = spawn(ssh, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let error = "";
    let ended = false;
    const end = (code: number | undefined): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      resolve({ code, output, error });
    };
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      end(undefined);
    }, TIMEOUT_MS);
    child.stdout.on("data", (chunk: Buffer) => (output = `${output}${chunk.toString("utf8")}`.slice(-MAX_BYTES)));
    child.stderr.on("data", (chunk: Buffer) => (error = `${error}${chunk.toString("utf8")}`.slice(-4_096)));
    child.on("error", ({ message }) => {
      error = message;
      end(NOT_CONNECTED);
    });
    child.on("close", (code) => end(code ?? NOT_CONNECTED));
  });
}

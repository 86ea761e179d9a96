/** Where a real server's program is: what the environment names, this user's own builds, the PATH. */
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";

type Environment = Readonly<Record<string, string | undefined>>;

/** Finds a program by its name. @returns undefined where there is none */
export function findServer(environment: Environment, ...names: readonly string[]): string | undefined {
  const folders = [environment["ANCHORWATCH_TEST_BIN"], join(homedir(), ".cache/anchorwatch-services/bin"), ...(environment["PATH"] ?? "").split(delimiter)];
  const files = folders.flatMap((folder) => (folder === undefined || folder === "" ? [] : names.map((name) => join(folder, name))));
  return files.find((file) => existsSync(file));
}

/** A suite that needs a server: skipped with a sentence without one, a failure where `ANCHORWATCH_REQUIRE` names it. */
export function describeWith(name: string, binary: string | undefined, suite: (binary: string) => void): void {
  if (binary !== undefined) {
    describe(`with a real ${name}`, () => suite(binary));
    return;
  }
  const sentence = `needs ${name}, and there is none in ANCHORWATCH_TEST_BIN or on the PATH`;
  if (process.env["ANCHORWATCH_REQUIRE"]?.split(",").includes(name)) {
    it(`is there: ${name}`, () => {
      throw new Error(`ANCHORWATCH_REQUIRE names ${name}: ${sentence}`);
    });
    return;
  }
  describe.skip(`with a real ${name}: ${sentence}`, () => it("is skipped", () => undefined));
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no free port"))));
    });
  });
}

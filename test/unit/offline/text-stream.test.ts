/** Reading a file as text: one that is not there is told to the caller, and to nobody else. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { textTail } from "../../../functions/core/adapters/offline/text-stream.ts";

describe("a file that is not there", () => {
  it("is an error of the call, and no process ends by it", async () => {
    const strays: unknown[] = [];
    const note = (error: unknown): void => void strays.push(error);
    process.on("uncaughtException", note);
    await expect(textTail(join(tmpdir(), "anchorwatch-no-such-file.json"), 10)).rejects.toThrow(/ENOENT/);
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    process.off("uncaughtException", note);
    expect(strays).toEqual([]);
  });
});

/** `containerConcurrency`: who gets a place at a service, and when it is free again. */
import { describe, expect, it } from "vitest";
import { createGate } from "../../../functions/core/local/broker/gate.ts";

const forever = new AbortController().signal;

/** Lets everything happen that can. */
async function turn(): Promise<void> {
  await new Promise((resolve) => void setImmediate(resolve));
}

describe("a place at a service", () => {
  it("is not kept for a caller that left while it waited", async () => {
    const gate = createGate(1);
    const log: string[] = [];
    const task = (name: string) => async (): Promise<void> => void log.push(name);
    const leaving = new AbortController();
    let finish = (): void => undefined;
    const first = gate.run(forever, () => new Promise<void>((resolve) => (finish = resolve)));
    const second = gate.run(leaving.signal, task("second"));
    const third = gate.run(forever, task("third"));
    await turn();
    leaving.abort();
    finish();
    await Promise.all([first, third, expect(second).rejects.toThrow("left while it waited")]);
    expect(log).toEqual(["third"]);
  });

  it("goes to who waits, not to who comes just then", async () => {
    const gate = createGate(1);
    const log: string[] = [];
    const ends: (() => void)[] = [];
    const enter = (name: string): Promise<void> =>
      gate.run(forever, () => {
        log.push(name);
        return new Promise<void>((resolve) => void ends.push(resolve));
      });
    void enter("first");
    void enter("waiting");
    await turn();
    ends[0]?.();
    await turn();
    void enter("later");
    await turn();
    expect(log).toEqual(["first", "waiting"]);
  });

  it("is free again when the caller leaves, though the task goes on", async () => {
    const gate = createGate(1);
    const leaving = new AbortController();
    void gate.run(leaving.signal, () => new Promise(() => undefined));
    await turn();
    leaving.abort();
    expect(await gate.run(forever, async () => "mine")).toBe("mine");
  });

  it("is not taken for a caller that leaves on the way in", async () => {
    const gate = createGate(1);
    const leaving = new AbortController();
    const left = gate.run(leaving.signal, async () => "never");
    leaving.abort();
    await expect(left).rejects.toThrow("aborted");
    expect(await gate.run(forever, async () => "mine")).toBe("mine");
  });
});

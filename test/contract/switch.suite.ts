/** What every kill switch promises (design 5.7). */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../functions/core/ports/clock.ts";
import type { SwitchControl } from "../../functions/core/ports/switch.ts";

export interface SwitchUnderTest {
  readonly control: SwitchControl;
  readonly close: () => void | Promise<void>;
}

export function switchContract(name: string, setup: (clock: Clock) => SwitchUnderTest | Promise<SwitchUnderTest>): void {
  describe(`switch: ${name}`, () => {
    let now = 0;
    let tested: SwitchUnderTest;
    beforeEach(async () => {
      now = 1_000_000;
      tested = await setup({ now: () => now, after: () => () => undefined });
    });
    afterEach(() => tested.close());

    it("lets everything run before anybody has paused", async () => {
      expect(await tested.control.read()).toEqual({ stoodStillMs: 0 });
    });

    it("says who paused and why, until a person resumes", async () => {
      await tested.control.pause({ reason: "ann: moving house" });
      now += 5_000;
      expect(await tested.control.read()).toEqual({ pause: { reason: "ann: moving house" }, stoodStillMs: 5_000 });
      await tested.control.resume();
      now += 5_000;
      expect(await tested.control.read()).toEqual({ stoodStillMs: 5_000 });
    });

    it("ends a pause by itself at its time, and counts no more than it lasted", async () => {
      await tested.control.pause({ reason: "two minutes", until: now + 120_000 });
      now += 119_999;
      expect(await tested.control.read()).toEqual({ pause: { reason: "two minutes", until: 1_120_000 }, stoodStillMs: 119_999 });
      now += 1;
      expect(await tested.control.read()).toEqual({ stoodStillMs: 120_000 });
      now += 60_000;
      await tested.control.resume();
      expect(await tested.control.read()).toEqual({ stoodStillMs: 120_000 });
    });

    it("adds up pauses, and takes the newest one's words and end", async () => {
      await tested.control.pause({ reason: "first" });
      now += 1_000;
      await tested.control.pause({ reason: "second", until: now + 10_000 });
      now += 1_000;
      expect(await tested.control.read()).toEqual({ pause: { reason: "second", until: 1_011_000 }, stoodStillMs: 2_000 });
      now += 60_000;
      await tested.control.pause({ reason: "third" });
      now += 500;
      expect(await tested.control.read()).toEqual({ pause: { reason: "third" }, stoodStillMs: 11_500 });
    });

    it("never counts backwards when the clock is set back", async () => {
      await tested.control.pause({ reason: "clock" });
      now -= 60_000;
      expect(await tested.control.read()).toMatchObject({ stoodStillMs: 0 });
      await tested.control.resume();
      expect(await tested.control.read()).toEqual({ stoodStillMs: 0 });
    });

    it("resumes what runs without complaint", async () => {
      await tested.control.resume();
      expect(await tested.control.read()).toEqual({ stoodStillMs: 0 });
    });

    it("keeps a long reason's beginning", async () => {
      await tested.control.pause({ reason: "x".repeat(10_000) });
      expect((await tested.control.read()).pause?.reason).toBe("x".repeat(256));
    });
  });
}

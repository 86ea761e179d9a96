/** Deadlines: the engine ends what is overdue whenever a run is written; this is the write that comes when nothing else does. */
import { RunWoken } from "./core/events/catalog.ts";
import { defineFunction } from "./core/shell/define-function.ts";

export const runAdvance = defineFunction({
  name: "run-advance",
  consumes: RunWoken,
  limitMs: 10_000,
  handle: () => Promise.resolve({ result: "woken" }),
});

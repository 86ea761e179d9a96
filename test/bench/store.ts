/** What durable work costs: an event through the engine against its two writes alone, and writes together against one after the other. */
import { decideStart } from "../../functions/core/engine/decide.ts";
import { incidentRun } from "../../functions/core/engine/start.ts";
import { ToolRequested } from "../../functions/core/events/catalog.ts";
import { consume } from "../../functions/core/shell/consume.ts";
import { contextOf } from "../../functions/core/shell/runs.ts";
import { toolCall } from "../../functions/tool-call.ts";
import { aWorkplace, type Workplace } from "./a-workplace.ts";
import { compare, type Compared, timed } from "./measure.ts";

const EVENTS = 100;
const WRITES = 256;
const REPOSITORY = { id: 1, name: "home/gitops" };

let made = 0;

/** Runs that each owe one tool request. @returns their names and events */
async function owingRuns({ shell, store }: Workplace, count: number): Promise<readonly { runId: string; id: string }[]> {
  const alert = { fingerprint: "f", status: "firing" as const, startsAt: 0, labels: { alertname: "A" }, annotations: {} };
  const pipeline = { name: "p", on: {}, steps: [{ id: "find", needs: [], tool: "find_problems", with: {} }] };
  const owed: { runId: string; id: string }[] = [];
  for (let at = 0; at < count; at += 1) {
    made += 1;
    const runId = `run-${made}`;
    const context = await contextOf(shell, runId);
    const start = { pipeline, pipelineCommit: "0", repository: REPOSITORY, baseRef: "main", incidentKey: "k", alerts: [alert] };
    const { run } = decideStart(incidentRun(start, context), context);
    await store.create("Run", runId, run);
    owed.push({ runId, id: run.outbox.find((entry) => entry.type === ToolRequested.type)?.id ?? "" });
  }
  return owed;
}

/** One after the other: what a single event waits for. */
export async function benchEngine(): Promise<Compared> {
  const place = aWorkplace();
  const doing = { ...toolCall, handle: () => Promise.resolve({ result: "tool" as const, output: {}, record: "r" }) };
  try {
    return await compare({
      name: "engine",
      ours: `${EVENTS} events claimed, decided, written`,
      peer: "their two writes each, alone",
      rounds: 7,
      measureOurs: async () => {
        const owed = await owingRuns(place, EVENTS);
        return await timed(async () => {
          for (const delivery of owed) await consume(doing, delivery, { shell: place.shell, connect: () => ({}) as never });
        });
      },
      measurePeer: async () => {
        const owed = await owingRuns(place, EVENTS);
        const stored = await Promise.all(owed.map(({ runId }) => place.store.read("Run", runId)));
        return await timed(async () => {
          for (const run of stored) {
            if (!run) continue;
            const once = await place.store.replace("Run", run.name, run.record, run.version);
            await place.store.replace("Run", run.name, run.record, once.version);
          }
        });
      },
    });
  } finally {
    place.remove();
  }
}

export async function benchCommit(): Promise<Compared> {
  const place = aWorkplace();
  const create = async (): Promise<void> => {
    made += 1;
    await place.store.create("Lock", `lock-${made}`, { schema: 1, run: "r", what: "x".repeat(300), takenAt: 0 });
  };
  try {
    return await compare({
      name: "commit",
      ours: `${WRITES} writes at once, grouped`,
      peer: "one after the other",
      rounds: 7,
      measureOurs: () => timed(async () => void (await Promise.all(Array.from({ length: WRITES }, create)))),
      measurePeer: () =>
        timed(async () => {
          for (let at = 0; at < WRITES; at += 1) await create();
        }),
    });
  } finally {
    place.remove();
  }
}

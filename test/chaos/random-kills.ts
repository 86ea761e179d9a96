/** `npm run chaos -- --kills N [--seed S] [--at-once K]`: so many kills of the real process, at places and moments that the seed draws; after each story its end is judged. */
import { parseArgs } from "node:util";
import { type Chance, createChance } from "./simulator/random.ts";
import { finish, type Life, live, withFolder } from "./run-story.ts";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "20" }, seed: { type: "string", default: "1" }, "at-once": { type: "string", default: "2" } },
});
const wanted = Number(values.kills);
const firstSeed = Number(values.seed);
const atOnce = Number(values["at-once"]);
if (![wanted, firstSeed, atOnce].every((number) => Number.isInteger(number) && number > 0)) {
  console.error("--kills, --seed and --at-once are whole numbers over 0");
  process.exit(2);
}

const FUNCTIONS = ["gitea-push", "tool-call", "change-plan", "change-propose", "notify", "approval-comment", "change-merge", "change-verify"] as const;
const PLACES = ["before-claim", "after-claim", "after-effect", "after-write"] as const;
const WRITERS = ["alert-fired", "approval-comment", "cron-tick"] as const;
const AROUND_WRITES = ["before-store", "after-store", "after-post"] as const;

/** A life's longest time until it is killed from outside: a story takes about so long. */
const LONGEST_MS = 15_000;
/** Patience with the last life: a busy machine is no broken promise. */
const LAST_LIFE_MS = 300_000;

function drawLife(chance: Chance): Life {
  const kind = chance.pick(["moment", "place", "write"]);
  if (kind === "moment") return { killAfterMs: chance.between(300, LONGEST_MS) };
  const where = kind === "place" ? `${chance.pick(FUNCTIONS)}:${chance.pick(PLACES)}` : `${chance.pick(WRITERS)}:${chance.pick(AROUND_WRITES)}`;
  return { crashAt: `${where}:${chance.between(1, 4)}`, killAfterMs: 2 * LONGEST_MS };
}

interface Judged {
  readonly seed: number;
  readonly kills: readonly string[];
  readonly problem?: string;
}

/** One story, killed up to four times, then lived to its end. */
async function tell(seed: number): Promise<Judged> {
  const chance = createChance(seed);
  return await withFolder(async (data) => {
    const kills: string[] = [];
    for (let left = chance.between(1, 5); left > 0; left -= 1) {
      const life = drawLife(chance);
      const { signal } = await live(data, life);
      if (signal === "SIGKILL") kills.push(life.crashAt ?? "a moment");
    }
    return { seed, kills, ...(await judge(data)) };
  });
}

async function judge(data: string): Promise<{ problem?: string }> {
  try {
    const told = await finish(data, { limitMs: LAST_LIFE_MS });
    const good = told.runs === 1 && told.pulls === 1 && told.merges === 1 && told.repeated === 0 && told.phase === "succeeded";
    return good ? {} : { problem: JSON.stringify(told) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

let next = firstSeed;
const judged: Judged[] = [];
const killed = (): number => judged.reduce((sum, { kills }) => sum + kills.length, 0);

async function work(): Promise<void> {
  while (killed() < wanted) {
    const seed = next;
    next += 1;
    const one = await tell(seed);
    judged.push(one);
    if (one.problem === undefined) continue;
    console.log(`seed ${seed}, killed at ${one.kills.join(", ")}: ${one.problem}`);
    console.log(`  npm run chaos -- --kills 1 --seed ${seed} --at-once 1`);
  }
}

await Promise.all(Array.from({ length: atOnce }, work));
const byPlace = new Map<string, number>();
for (const kill of judged.flatMap(({ kills }) => kills)) byPlace.set(kill, (byPlace.get(kill) ?? 0) + 1);
for (const [place, count] of [...byPlace].toSorted(([, one], [, other]) => other - one)) console.log(`${String(count).padStart(6)}  ${place}`);
const broken = judged.filter(({ problem }) => problem !== undefined).length;
console.log(`${killed()} kills in ${judged.length} stories from seed ${firstSeed}: ${broken} ended wrongly`);
process.exit(broken === 0 ? 0 : 1);

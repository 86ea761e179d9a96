/** `npm run bench [-- NAME]`: one table of ratios, each against a peer or a floor in the same run. Nothing is asserted: seconds belong to a machine. */
import { benchEdge } from "./edge.ts";
import { type Compared, tableOf } from "./measure.ts";
import { benchScan } from "./scan.ts";
import { benchCommit, benchEngine } from "./store.ts";
import { benchStorm } from "./storm.ts";
import { benchTriage } from "./triage.ts";

const BENCHES: Readonly<Record<string, () => Promise<readonly (Compared | string)[]>>> = {
  engine: async () => [await benchEngine()],
  edge: async () => [await benchEdge()],
  commit: async () => [await benchCommit()],
  triage: async () => [await benchTriage(1_000), await benchTriage(5_000)],
  scan: async () => [...(await benchScan(1_000)), ...(await benchScan(5_000))],
  storm: async () => [await benchStorm()],
};

const [wanted] = process.argv.slice(2);
const names = Object.keys(BENCHES).filter((name) => wanted === undefined || name === wanted);
if (names.length === 0) {
  console.error(`there is no measurement ${wanted ?? ""}; there are ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}
const rows: Compared[] = [];
for (const name of names) {
  for (const measured of (await BENCHES[name]?.()) ?? []) {
    if (typeof measured === "string") console.log(measured);
    else rows.push(measured);
  }
}
if (rows.length > 0) console.log(tableOf(rows));
process.exit(0);

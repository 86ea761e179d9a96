/** Comparing two ways in one process and one run: A B A B, and the median of the ratios, because a machine is busy now and idle then (performance C). */

export interface Comparison {
  readonly name: string;
  readonly ours: string;
  /** A peer, or the floor below which nothing can be. */
  readonly peer: string;
  readonly rounds: number;
  /** Does the work once. @returns how long it took, in ms */
  readonly measureOurs: () => Promise<number>;
  readonly measurePeer: () => Promise<number>;
}

export interface Compared {
  readonly name: string;
  readonly ours: string;
  readonly peer: string;
  readonly oursMs: number;
  readonly peerMs: number;
  /** Median of the rounds' own ratios. */
  readonly ratio: number;
}

export async function timed(work: () => Promise<void> | void): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? 0) + (sorted[sorted.length % 2 === 0 ? middle - 1 : middle] ?? 0)) / 2;
}

/** One round more than is counted: the first warms up. */
export async function compare({ name, ours, peer, rounds, measureOurs, measurePeer }: Comparison): Promise<Compared> {
  const pairs: { ours: number; peer: number }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = { ours: await measureOurs(), peer: await measurePeer() };
    if (round > 0) pairs.push(pair);
  }
  return {
    name,
    ours,
    peer,
    oursMs: median(pairs.map((pair) => pair.ours)),
    peerMs: median(pairs.map((pair) => pair.peer)),
    ratio: median(pairs.map((pair) => pair.ours / pair.peer)),
  };
}

/** One table, ours : peer. */
export function tableOf(rows: readonly Compared[]): string {
  const cells = [
    ["", "ours", "", "peer or floor", "", "ratio"],
    ...rows.map(({ name, ours, peer, oursMs, peerMs, ratio }) => [
      name,
      ours,
      `${oursMs.toFixed(1)} ms`,
      peer,
      `${peerMs.toFixed(1)} ms`,
      `${ratio.toFixed(2)}x`,
    ]),
  ];
  const widths = (cells[0] ?? []).map((_cell, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

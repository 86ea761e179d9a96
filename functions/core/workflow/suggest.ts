/** "Did you mean": the nearest known word, when it is near. */

/** No word of ours is longer; the distance of longer ones is not worth its work. */
const MAX_LENGTH = 64;

/** The known word that this one was probably meant to be. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const [best] = known.map((candidate) => ({ candidate, far: distance(word, candidate) })).toSorted((a, b) => a.far - b.far);
  return best && best.far > 0 && best.far < word.length && best.far <= Math.ceil(word.length / 3) ? best.candidate : undefined;
}

/** Words for the end of a message: "; did you mean `steps`?", or nothing. */
export function suggest(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? "" : `; did you mean \`${meant}\`?`;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_item, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

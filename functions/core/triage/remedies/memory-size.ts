/** Sizes of memory that people would write: whole, in Mi or Gi, and easy to compare. */

const MI = 1024 ** 2;
const GI = 1024 ** 3;

/** Steps in which sizes go, by how large they are: 16Mi up to 256Mi, then 64Mi, from 1Gi on 256Mi. */
function stepOf(bytes: number): number {
  if (bytes < 256 * MI) return 16 * MI;
  return bytes < GI ? 64 * MI : 256 * MI;
}

/** One and a half times as much, rounded up to a size that people would write; never more than twice as much for limits of 16Mi and up. */
export function raisedSize(bytes: number): number {
  const wanted = bytes * 1.5;
  const step = stepOf(wanted);
  return Math.ceil(wanted / step) * step;
}

/** Writes bytes as a quantity: `192Mi`, `2Gi`. */
export function memoryQuantity(bytes: number): string {
  return bytes % GI === 0 ? `${bytes / GI}Gi` : `${Math.floor(bytes / MI)}Mi`;
}

/** Kubernetes quantities as numbers: `250m`, `1.5Gi`, `2e3`. */

const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/** Reads a quantity, in cores, bytes or pieces; undefined where it is none. YAML gives plain numbers too. */
export function parseQuantity(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const match = /^([+-]?\d{0,20}(?:\.\d{0,20})?(?:[eE][+-]?\d{1,3})?)([numkMGTPE]|[KMGTPE]i)?$/.exec(value.trim());
  const number = match?.[1] === undefined || match[1] === "" ? Number.NaN : Number(match[1]);
  const factor = FACTORS[match?.[2] ?? ""];
  return Number.isNaN(number) || factor === undefined ? undefined : number * factor;
}

/** Quantities of Kubernetes as numbers: `10Gi`, `500M`, `1e3`, `250m`. */

const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** Reads a quantity; undefined where it is none. */
export function readQuantity(text: string | undefined): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?(?:[eE]\d{1,3})?)(m|[kMGTP]|[KMGTP]i)?$/.exec(text ?? "") ?? [];
  const factor = FACTORS[unit ?? ""];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

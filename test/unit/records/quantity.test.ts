import { describe, expect, it } from "vitest";
import { parseQuantity } from "../../../functions/core/records/quantity.ts";

describe("a quantity of Kubernetes", () => {
  it.each([
    ["250m", 0.25],
    ["2", 2],
    [2, 2],
    ["1.5Gi", 1.5 * 1024 ** 3],
    ["128974848", 128_974_848],
    ["129e6", 129e6],
    ["1E", 1e18],
    ["100n", 1e-7],
  ])("%s is a number", (text, expected) => expect(parseQuantity(text)).toBeCloseTo(expected, 9));

  it.each(["", "Gi", "1 Gi", "1GiB", "abc", undefined, null, {}])("%s is none", (value) => expect(parseQuantity(value)).toBeUndefined());
});

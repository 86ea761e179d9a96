import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { causesOf } from "../../../functions/core/triage/diagnose.ts";
import { findingOf } from "../../../functions/core/triage/finding-of.ts";
import { formatObject, type ObjectRef } from "../../../functions/core/records/fields.ts";
import type { Finding } from "../../../functions/core/records/finding.ts";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { createSnapshot } from "../../../functions/core/triage/snapshot.ts";

const NOW = Date.parse("2026-11-25T08:00:00Z");
const object = (name: string): KubernetesObject => ({ apiVersion: "v1", kind: "Thing", metadata: { name } });
const ref = (name: string): ObjectRef => ({ kind: "Thing", name });
const finding = (name: string, blames: string | undefined, since = NOW): Finding =>
  findingOf(ref(name), {
    category: `trouble-of-${name}`,
    message: `${name} is in trouble`,
    evidence: [],
    since,
    blames: blames === undefined ? undefined : ref(blames),
  });

function told(findings: readonly Finding[], names: readonly string[] = ["a", "b", "c", "d"]): string[] {
  return causesOf(createSnapshot(names.map(object), NOW), findings).map((cause) => {
    const effects = (cause.effects ?? []).map((effect) => effect.object.name);
    return `${cause.object.name}${effects.length === 0 ? "" : ` <- ${effects.sort().join(" ")}`}`;
  });
}

describe("findings that blame others", () => {
  it("follow a chain to its end", () => {
    expect(told([finding("a", "b"), finding("b", "c"), finding("c", undefined)])).toEqual(["c <- a b"]);
  });
  it("make a cause of an object at which nothing was found", () => {
    expect(told([finding("a", "d"), finding("b", "d")])).toEqual(["d <- a b"]);
  });
  it("stay where they are when what they blame is not in the snapshot, or is the object itself", () => {
    expect(told([finding("a", "nobody"), finding("b", "b")])).toEqual(["a", "b"]);
  });
  it("that blame each other end at the one that began first", () => {
    expect(told([finding("a", "b", NOW - 1), finding("b", "c", NOW - 3), finding("c", "a", NOW - 2)])).toEqual(["b <- a c"]);
  });
  it("leave a circle with a tail whole", () => {
    expect(told([finding("a", "b"), finding("b", "c", NOW - 1), finding("c", "b")])).toEqual(["b <- a c"]);
  });
  it("leave an object with another reason a cause of its own", () => {
    expect(told([finding("a", "b"), finding("a", undefined), finding("b", undefined)])).toEqual(["a", "b <- a"]);
  });
  it("whatever they blame, each is told once, no object is its own effect, and the same findings tell the same", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const name = fc.constantFrom(...names);
    const one = fc.record({ at: name, blames: fc.option(name, { nil: undefined }), since: fc.integer({ min: NOW - 5, max: NOW }) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), (given) => {
        const findings = given.map(({ at, blames, since }) => finding(at, blames, since));
        const causes = causesOf(createSnapshot(names.map(object), NOW), findings);
        const places = causes.flatMap((cause) => cause.findings.map((seen) => `${formatObject(seen.object)} ${seen.since} ${seen.blames?.name}`));
        expect(places.sort()).toEqual(findings.map((seen) => `${formatObject(seen.object)} ${seen.since} ${seen.blames?.name}`).sort());
        for (const cause of causes) expect(cause.effects?.map((effect) => effect.object.name) ?? []).not.toContain(cause.object.name);
        expect(told(findings, names)).toEqual(told(findings, names));
        expect(new Set(causes.map((cause) => cause.object.name)).size).toBe(causes.length);
      }),
      { numRuns: 300 },
    );
  });
});

/** A case: one file of YAML documents, the first says what is expected, the others are the objects of a small cluster, healthy ones among them. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";
import type { KubernetesObject } from "../../../functions/core/records/kubernetes-object.ts";
import { parseManifest } from "../../../functions/core/records/manifest.ts";

const ExpectationSchema = z.strictObject({
  /** What the case shows, in plain words. */
  case: z.string().min(10),
  /** The moment of the snapshot. */
  now: z.iso.datetime(),
  /** Every cause that is to be told, in any order; an empty list asks for silence. */
  expect: z.array(
    z.strictObject({
      /** `Kind namespace/name`, as `formatObject` writes it. */
      object: z.string(),
      category: z.string(),
      /** Words that title or detail have to hold, in any case. */
      says: z.array(z.string()).min(1),
      /** Every object that hangs on it, in any order; not compared where it is left out. */
      effects: z.array(z.string()).optional(),
      /** Words of what changed before it began; all that is told, in order, where it is given. */
      changes: z.array(z.string()).optional(),
    }),
  ),
});

export interface Case extends z.infer<typeof ExpectationSchema> {
  readonly objects: readonly KubernetesObject[];
}

/** @throws when a document is broken, so that no case passes by not being read */
export function readCase(path: string): Case {
  const text = readFileSync(path, "utf8");
  const end = text.indexOf("\n---\n");
  const parsed = parseManifest(text.slice(end));
  if (end === -1 || "problem" in parsed) throw new Error(`${path}: ${"problem" in parsed ? parsed.problem.message : "there is no object"}`);
  return { ...ExpectationSchema.parse(parse(text.slice(0, end))), objects: parsed.objects };
}

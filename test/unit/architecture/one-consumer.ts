/** Every event type has exactly one consumer: the catalog, the Triggers and the functions must say the same. */
import { parseAllDocuments } from "yaml";
import * as z from "zod";
import { type SourceFile, type Text, type Violation, visit } from "./source-file.ts";

export interface Consumed {
  readonly type: string;
  readonly consumer: string;
}

const TriggerSchema = z.looseObject({
  kind: z.literal("Trigger"),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    filter: z.looseObject({ attributes: z.looseObject({ type: z.string() }) }).optional(),
    subscriber: z.looseObject({ ref: z.looseObject({ kind: z.literal("Service"), name: z.string() }) }),
  }),
});

interface Trigger extends Consumed {
  readonly path: string;
  readonly line: number;
}

/** A Trigger without a type would take every event, so it is refused, too. */
export function hasOneConsumer(events: readonly Consumed[], manifests: readonly Text[]): Violation[] {
  const triggers = manifests.flatMap(triggersOf);
  const missing = events.flatMap(({ type, consumer }) => {
    const takers = triggers.filter((trigger) => trigger.type === type);
    if (takers.length === 1) return takers.flatMap((taker) => wrongTaker(taker, consumer));
    const where = takers.map(({ path }) => path).join(", ") || "none";
    return [
      {
        path: takers[1]?.path ?? "manifests/base",
        line: takers[1]?.line ?? 1,
        message: `${type} has ${takers.length} consumers (${where}); exactly one, ${consumer}, may take it`,
      },
    ];
  });
  const known = new Set(events.map(({ type }) => type));
  const unknown = triggers
    .filter(({ type }) => !known.has(type))
    .map(({ path, line, type }) => ({ path, line, message: `a Trigger for ${type}, which is no event of the catalog` }));
  const twice = events.filter(({ type }, index) => events.findIndex((event) => event.type === type) !== index);
  return [
    ...missing,
    ...unknown,
    ...twice.map(({ type }) => ({ path: "functions/core/events/catalog.ts", line: 1, message: `${type} stands twice in the catalog` })),
  ];
}

/** `defineFunction({ name, consumes })` in each function's file agrees with the catalog's consumer. */
export function functionsMatchCatalog(events: readonly (Consumed & { readonly constant: string })[], files: readonly SourceFile[]): Violation[] {
  const defined = files.flatMap(definitionsOf);
  return events.flatMap(({ constant, consumer, type }) => {
    const takers = defined.filter(({ consumes }) => consumes === constant);
    if (takers.length !== 1)
      return [{ path: `functions/${consumer}.ts`, line: 1, message: `${takers.length} functions consume ${type}; exactly one, ${consumer}, may` }];
    return takers
      .filter(({ name }) => name !== consumer)
      .map(({ path, line, name }) => ({ path, line, message: `${name} consumes ${type}, which the catalog gives to ${consumer}` }));
  });
}

function wrongTaker({ path, line, type, consumer }: Trigger, expected: string): Violation[] {
  return consumer === expected ? [] : [{ path, line, message: `${type} goes to ${consumer}; the catalog gives it to ${expected}` }];
}

function triggersOf({ path, source }: Text): Trigger[] {
  return parseAllDocuments(source).flatMap((document) => {
    const body: unknown = document.toJS();
    const line = source.slice(0, document.range?.[0] ?? 0).split("\n").length;
    if (!z.looseObject({ kind: z.literal("Trigger") }).safeParse(body).success) return [];
    const { metadata, spec } = TriggerSchema.parse(body);
    const type = spec.filter?.attributes.type ?? `every event (${metadata.name} has no filter)`;
    return [{ path, line, type, consumer: spec.subscriber.ref.name }];
  });
}

interface Definition {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  /** The constant in the catalog. */
  readonly consumes: string;
}

function definitionsOf(file: SourceFile): Definition[] {
  const found: Definition[] = [];
  visit(file, {
    CallExpression: ({ callee, arguments: [given], start }) => {
      if (callee.type !== "Identifier" || callee.name !== "defineFunction" || given?.type !== "ObjectExpression") return;
      const fields = new Map(
        given.properties.flatMap((field) => (field.type === "Property" && field.key.type === "Identifier" ? [[field.key.name, field.value] as const] : [])),
      );
      const [name, consumes] = [fields.get("name"), fields.get("consumes")];
      if (name?.type !== "Literal" || consumes?.type !== "Identifier") return;
      found.push({ path: file.path, line: file.lineAt(start), name: String(name.value), consumes: consumes.name });
    },
  });
  return found;
}

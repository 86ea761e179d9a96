/** Each rule of the architecture, shown failing on a small bad input and passing on its good twin: a rule that cannot fail guards nothing. */
import { describe, expect, it } from "vitest";
import { RULES } from "./all-rules.ts";
import { hasNoAny, hasNoDefaultExports, hasShortFiles, hasShortFunctions } from "./code-rules.ts";
import { followsImportTable, followsPackageTable, hasNoBarrels, hasNoCycles, importsZodAsNamespace } from "./import-rules.ts";
import { keepsLayout } from "./layout-rules.ts";
import { lintMatchesTable } from "./lint-config.ts";
import { functionsMatchCatalog, hasOneConsumer } from "./one-consumer.ts";
import { reachesOutOnlyWhereAllowed } from "./reach-rules.ts";
import { parseFile, type Rule } from "./source-file.ts";

const said = (rule: Rule, sources: Readonly<Record<string, string>>): string[] =>
  rule(Object.entries(sources).map(([path, source]) => parseFile({ path, source }))).map(({ path, line, message }) => `${path}:${line} ${message}`);

interface Case {
  readonly what: string;
  readonly rule: Rule;
  readonly bad: Readonly<Record<string, string>>;
  readonly says: string;
  readonly good: Readonly<Record<string, string>>;
}

const TRIAGE = "functions/core/triage/find.ts";
const ADAPTER = "functions/core/adapters/find.ts";

const CASES: readonly Case[] = [
  {
    what: "a pure room that imports an adapter",
    rule: followsImportTable,
    bad: { [TRIAGE]: `\nimport { call } from "../adapters/http.ts";\ncall();` },
    says: `${TRIAGE}:2 triage may not import adapters`,
    good: { [TRIAGE]: `import { Finding } from "../records/finding.ts";\nFinding();` },
  },
  {
    what: "a layer broken by a type alone",
    rule: followsImportTable,
    bad: { "functions/core/ports/store.ts": `import type { Shell } from "../shell/shell.ts";\nexport type S = Shell;` },
    says: "functions/core/ports/store.ts:1 ports may not import shell",
    good: { "functions/core/shell/store.ts": `import type { Store } from "../ports/store.ts";\nexport type S = Store;` },
  },
  {
    what: "a function that imports another function",
    rule: followsImportTable,
    bad: { "functions/notify.ts": `import { sweep } from "./cron-tick.ts";\nsweep();` },
    says: "functions/notify.ts:1 a function imports the function functions/cron-tick.ts",
    good: { "functions/core/boot/all.ts": `import { sweep } from "../../cron-tick.ts";\nsweep();` },
  },
  {
    what: "a room that the table does not know",
    rule: followsImportTable,
    bad: { "functions/core/misc/all.ts": `import { a } from "../records/a.ts";\na();` },
    says: "functions/core/misc/all.ts:1 the room misc is not in the import table",
    good: { "test/unit/all.test.ts": `import { a } from "../../functions/core/records/a.ts";\na();` },
  },
  {
    what: "Git by its package in a function",
    rule: followsPackageTable,
    bad: { "functions/notify.ts": `import { simpleGit } from "simple-git";\nsimpleGit();` },
    says: "functions/notify.ts:1 functions may not have the package simple-git; it is for adapters, local",
    good: { [ADAPTER]: `import { simpleGit } from "simple-git";\nsimpleGit();` },
  },
  {
    what: "a package with effects in a pure room",
    rule: followsPackageTable,
    bad: { [TRIAGE]: `import { Hono } from "hono";\nnew Hono();` },
    says: `${TRIAGE}:1 triage is pure and may not have the package hono`,
    good: { [TRIAGE]: `import { parse } from "yaml";\nparse("");` },
  },
  {
    what: "two files that import each other",
    rule: hasNoCycles,
    bad: { "test/a.ts": `import { b } from "./b.ts";\nexport const a = b;`, "test/b.ts": `import type { a } from "./a.ts";\nexport type B = typeof a;` },
    says: "test/b.ts:1 import cycle: test/a.ts → test/b.ts → test/a.ts",
    good: { "test/a.ts": `import { b } from "./b.ts";\nexport const a = b;`, "test/b.ts": `export const b = 1;` },
  },
  {
    what: "a barrel",
    rule: hasNoBarrels,
    bad: { "test/all.ts": `export * from "./a.ts";` },
    says: "test/all.ts:1 re-exports another file; import that one where it is used",
    good: { "test/all.ts": `export const all = 1;` },
  },
  {
    what: "zod by its named import",
    rule: importsZodAsNamespace,
    bad: { "test/a.ts": `import { z } from "zod";\nz.string();` },
    says: `test/a.ts:1 zod is imported as a namespace: import * as z from "zod"`,
    good: { "test/a.ts": `import * as z from "zod";\nz.string();` },
  },
  {
    what: "a default export",
    rule: hasNoDefaultExports,
    bad: { "test/a.ts": `export default 1;` },
    says: "test/a.ts:1 a default export",
    good: { "test/a.ts": `export const a = 1;` },
  },
  {
    what: "any, in a type",
    rule: hasNoAny,
    bad: { "test/a.ts": `export const a = <\nany\n>JSON.parse("1");` },
    says: "test/a.ts:2 `any`",
    good: { "test/a.ts": `export const a: unknown = JSON.parse("1");` },
  },
  {
    what: "any, in a schema",
    rule: hasNoAny,
    bad: { "test/a.ts": `import * as z from "zod";\nexport const A = z.any();` },
    says: "test/a.ts:2 `any`",
    good: { "test/a.ts": `import * as z from "zod";\nexport const A = z.unknown();` },
  },
  {
    what: "a file of more than 200 lines",
    rule: hasShortFiles,
    bad: { [TRIAGE]: "export {};\n".repeat(201) },
    says: `${TRIAGE}:201 201 lines, over 200`,
    good: { [TRIAGE]: "export {};\n".repeat(200), "test/a.ts": "export {};\n".repeat(400) },
  },
  {
    what: "a function of more than 40 lines",
    rule: hasShortFunctions,
    bad: { [TRIAGE]: `export function find(): void {\n${"//\n".repeat(39)}}` },
    says: `${TRIAGE}:1 a function of 41 lines, over 40`,
    good: { [TRIAGE]: `export function find(): void {\n${"//\n".repeat(38)}}` },
  },
];

const READS: readonly (readonly [what: string, by: string, source: string])[] = [
  ["the environment", "process.env", `export const a = process.env["A"];`],
  ["the environment", "process.env", `export const { env } = process;`],
  ["the environment", "node:process", `import { env } from "node:process";\nexport const a = env;`],
  ["the network", "fetch", `export const a = fetch("https://example.test");`],
  ["the network", "fetch", `export const a = (call = fetch) => call;`],
  ["the network", "node:https", `import { request } from "node:https";\nrequest("");`],
  ["the clock", "Date.now", `export const a = Date.now();`],
  ["the clock", "new Date", `export const a = new Date();`],
  ["the clock", "setTimeout", `setTimeout(() => undefined, 1);`],
  ["randomness", "Math.random", `export const a = Math["random"]();`],
  ["randomness", "node:crypto", `import { randomUUID } from "node:crypto";\nrandomUUID();`],
  ["files", "node:fs", `import { readFileSync } from "node:fs";\nreadFileSync("");`],
  ["other programs", "node:child_process", `import { spawn } from "node:child_process";\nspawn("");`],
];

describe("a rule of the architecture", () => {
  it.each(CASES)("refuses $what, with file and line", ({ rule, bad, says, good }) => {
    expect(said(rule, bad)).toEqual([says]);
    expect(said(rule, good)).toEqual([]);
  });

  it.each(READS)("refuses %s in a pure room, by %s", (what, by, source) => {
    expect(said(reachesOutOnlyWhereAllowed, { [TRIAGE]: source }).join("\n")).toContain(`triage reaches ${what} by ${by}; only `);
  });

  it("allows what only looks like a reach: a parameter called fetch, a date made from a number", () => {
    const source = `export const a = (fetch: () => number): number => fetch();\nexport const b = new Date(0);`;
    expect(said(reachesOutOnlyWhereAllowed, { [TRIAGE]: source })).toEqual([]);
  });

  it("allows the network in adapters, the environment in boot, and neither the other way round", () => {
    expect(said(reachesOutOnlyWhereAllowed, { [ADAPTER]: `fetch("");`, "functions/core/boot/a.ts": `export const a = process.env;` })).toEqual([]);
    expect(said(reachesOutOnlyWhereAllowed, { [ADAPTER]: `export const a = process.env;`, "functions/core/boot/a.ts": `fetch("");` })).toHaveLength(2);
  });

  it("is shown failing here, each of them", () => {
    const shown = new Set<Rule>([...CASES.map(({ rule }) => rule), reachesOutOnlyWhereAllowed]);
    expect(Object.entries(RULES).flatMap(([name, rule]) => (shown.has(rule) ? [] : [name]))).toEqual([]);
  });

  it("refuses text that is no TypeScript, with file and line", () => {
    expect(() => parseFile({ path: "test/a.ts", source: "\nexport const = 1;" })).toThrow(/^test\/a\.ts:2 /);
  });

  it("refuses a new entry at the top, an unknown room and a drawer", () => {
    expect(
      keepsLayout(["lib/a.ts", "functions/core/extra/a.ts", "functions/core/text/utils.ts", "functions/core/text/branch.ts"]).map(({ path }) => path),
    ).toEqual(["lib/a.ts", "functions/core/extra/a.ts", "functions/core/text/utils.ts"]);
  });

  it("asks for the import table in the linter's settings, line by line", () => {
    expect(lintMatchesTable({ path: ".oxlintrc.json", source: `{ "overrides": [] }` })).toContainEqual(expect.stringContaining("functions/core/triage/**"));
  });
});

describe("one consumer for each event type", () => {
  const events = [{ type: "dev.anchorwatch.plan.requested", consumer: "change-plan", constant: "PlanRequested" }];
  const trigger = (type: string, consumer: string): string =>
    `kind: Trigger\nmetadata: { name: ${consumer} }\nspec:\n  filter: { attributes: { type: ${type} } }\n  subscriber: { ref: { kind: Service, name: ${consumer} } }\n`;
  const judged = (...manifests: string[]): string[] =>
    hasOneConsumer(events, [{ path: "manifests/base/a.yaml", source: manifests.join("---\n") }]).map(({ message }) => message);

  it("is content with the one that the catalog names", () => {
    expect(judged(trigger("dev.anchorwatch.plan.requested", "change-plan"))).toEqual([]);
  });

  it("refuses two Triggers for one event", () => {
    const two = judged(trigger("dev.anchorwatch.plan.requested", "change-plan"), trigger("dev.anchorwatch.plan.requested", "notify"));
    expect(two).toEqual([expect.stringContaining("dev.anchorwatch.plan.requested has 2 consumers")]);
  });

  it("refuses an event without a Trigger, one that goes elsewhere, and a Trigger for no event of ours", () => {
    expect(judged()).toEqual([expect.stringContaining("has 0 consumers")]);
    expect(judged(trigger("dev.anchorwatch.plan.requested", "notify"))).toEqual([
      "dev.anchorwatch.plan.requested goes to notify; the catalog gives it to change-plan",
    ]);
    expect(judged(trigger("dev.anchorwatch.plan.requested", "change-plan"), trigger("dev.example.made", "notify"))).toEqual([
      "a Trigger for dev.example.made, which is no event of the catalog",
    ]);
  });

  it("refuses a Trigger without a filter: it would take every event", () => {
    const open = "kind: Trigger\nmetadata: { name: all }\nspec:\n  subscriber: { ref: { kind: Service, name: notify } }\n";
    expect(judged(trigger("dev.anchorwatch.plan.requested", "change-plan"), open)).toEqual([expect.stringContaining("every event (all has no filter)")]);
  });

  it("refuses two functions that consume one event, and one under another name", () => {
    const define = (name: string): string => `export const f = defineFunction({ name: "${name}", consumes: PlanRequested });`;
    const asked = (sources: Readonly<Record<string, string>>): string[] =>
      functionsMatchCatalog(
        events,
        Object.entries(sources).map(([path, source]) => parseFile({ path, source })),
      ).map(({ message }) => message);
    expect(asked({ "functions/change-plan.ts": define("change-plan") })).toEqual([]);
    expect(asked({ "functions/change-plan.ts": define("change-plan"), "functions/notify.ts": define("notify") })).toEqual([
      expect.stringContaining("2 functions consume"),
    ]);
    expect(asked({ "functions/notify.ts": define("notify") })).toEqual([
      "notify consumes dev.anchorwatch.plan.requested, which the catalog gives to change-plan",
    ]);
  });
});

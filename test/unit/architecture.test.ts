/** The architecture's rules hold for the repository as it stands; what is let pass is named in `architecture/exemptions.ts`. */
import { describe, expect, it } from "vitest";
import * as catalog from "../../functions/core/events/catalog.ts";
import { EXEMPTIONS } from "./architecture/exemptions.ts";
import { RULES } from "./architecture/all-rules.ts";
import { keepsLayout } from "./architecture/layout-rules.ts";
import { lintMatchesTable } from "./architecture/lint-config.ts";
import { functionsMatchCatalog, hasOneConsumer } from "./architecture/one-consumer.ts";
import { readSources, readText, repositoryPaths } from "./architecture/read-repository.ts";
import type { Violation } from "./architecture/source-file.ts";

const paths = repositoryPaths();
const files = readSources(paths);

const constants = Object.entries(catalog).flatMap(([constant, value]) => catalog.EVENTS.flatMap((event) => (event === value ? [{ ...event, constant }] : [])));

const words = (violations: readonly Violation[]): string[] => violations.map(({ path, line, message }) => `${path}:${line} ${message}`);

describe("the repository", () => {
  it("is seen whole: there are sources in every part", () => {
    for (const part of ["functions/core/records/", "functions/core/engine/", "functions/", "test/unit/"])
      expect(files.some(({ path }) => path.startsWith(part))).toBe(true);
  });

  it.each(Object.entries(RULES))("%s", (name, rule) => {
    const exempt = new Set(EXEMPTIONS.filter((exemption) => exemption.rule === name).map(({ path }) => path));
    const found = rule(files);
    expect(words(found.filter(({ path }) => !exempt.has(path)))).toEqual([]);
    expect([...exempt].filter((path) => !found.some((violation) => violation.path === path))).toEqual([]);
  });

  it("has nothing at the top that the design does not name, and no drawers", () => {
    expect(words(keepsLayout(paths))).toEqual([]);
  });

  it("lints the same import table that this test checks", () => {
    expect(lintMatchesTable(readText(".oxlintrc.json"))).toEqual([]);
  });

  it("names only rules that exist in its exemptions", () => {
    expect(EXEMPTIONS.map(({ rule }) => rule).filter((rule) => !(rule in RULES))).toEqual([]);
  });
});

describe("every event type", () => {
  const ping = { type: catalog.PING_TYPE, consumer: "cron-tick" };

  it("has exactly one Trigger, which goes to the consumer that the catalog names", () => {
    const manifests = paths.filter((path) => /^manifests\/base\/.*\.yaml$/.test(path)).map(readText);
    expect(words(hasOneConsumer([...catalog.EVENTS, ping], manifests))).toEqual([]);
  });

  it("is consumed by exactly one function, the one that the catalog names", () => {
    expect(words(functionsMatchCatalog(constants, files))).toEqual([]);
  });

  it("stands in the list of events", () => {
    expect(constants).toHaveLength(catalog.EVENTS.length);
  });
});

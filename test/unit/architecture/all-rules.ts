/** Every rule over sources, by the sentence that it keeps. */
import { hasNoAny, hasNoDefaultExports, hasShortFiles, hasShortFunctions } from "./code-rules.ts";
import { followsImportTable, followsPackageTable, hasNoBarrels, hasNoCycles, importsZodAsNamespace } from "./import-rules.ts";
import { reachesOutOnlyWhereAllowed } from "./reach-rules.ts";
import type { Rule } from "./source-file.ts";

export const RULES: Readonly<Record<string, Rule>> = {
  "imports follow the table of the rooms": followsImportTable,
  "packages are imported only where their effects are allowed": followsPackageTable,
  "no import cycles, types included": hasNoCycles,
  "no barrels": hasNoBarrels,
  "zod is imported as a namespace": importsZodAsNamespace,
  "no default exports": hasNoDefaultExports,
  "no `any`": hasNoAny,
  "environment, network, clock, randomness, files and programs are touched only where allowed": reachesOutOnlyWhereAllowed,
  "files stay short": hasShortFiles,
  "functions stay short": hasShortFunctions,
};

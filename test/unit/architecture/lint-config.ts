/** The linter shows a broken layer in the editor; its patterns are checked against the table so that the two cannot part. */
import { parse } from "yaml";
import * as z from "zod";
import { IMPORT_TABLE } from "./rooms.ts";
import type { Text } from "./source-file.ts";

const RestrictionSchema = z.tuple([z.literal("error"), z.looseObject({ patterns: z.tuple([z.looseObject({ regex: z.string() })]) })]);

const ConfigSchema = z.looseObject({
  overrides: z.array(z.looseObject({ files: z.array(z.string()), rules: z.looseObject({ "no-restricted-imports": RestrictionSchema.optional() }) })),
});

/** What differs, as the line that is to stand in the linter's settings. */
export function lintMatchesTable({ source }: Text): string[] {
  const { overrides } = ConfigSchema.parse(parse(withoutComments(source)));
  return [...IMPORT_TABLE.keys()].flatMap((room) => {
    const { files, regex } = expected(room);
    const found = overrides.find((override) => override.rules["no-restricted-imports"] && override.files.join(",") === files.join(","));
    return found?.rules["no-restricted-imports"]?.[1].patterns[0].regex === regex ? [] : [restriction({ files, regex })];
  });
}

/** Whole lines only: that is how comments stand there. */
function withoutComments(source: string): string {
  return source.replaceAll(/^\s*\/\/.*$/gm, "");
}

function expected(room: string): { files: string[]; regex: string } {
  const others = [...IMPORT_TABLE.keys()].filter((other) => other !== room && other !== "functions" && other !== "scripts");
  const forbidden = others.filter((other) => !IMPORT_TABLE.get(room)?.includes(other)).join("|");
  if (room === "functions") return { files: ["functions/*.ts"], regex: `^\\./core/(${forbidden})/` };
  if (room === "scripts") return { files: ["scripts/**"], regex: `/functions/core/(${forbidden})/` };
  return { files: [`functions/core/${room}/**`], regex: forbidden === "" ? "^(\\.\\./)+scripts/" : `^(\\.\\./)+(${forbidden})/` };
}

function restriction({ files, regex }: { files: string[]; regex: string }): string {
  return JSON.stringify({
    files,
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ regex, message: "The import table of the rooms forbids it (test/unit/architecture/rooms.ts)." }] }],
    },
  });
}

/** Rules over imports: the table, no cycles, no barrels, zod as a namespace. */
import { IMPORT_TABLE, PACKAGES, PURE_ROOMS, roomOf } from "./rooms.ts";
import type { Import, Rule, SourceFile, Violation } from "./source-file.ts";

/** Node's own modules that only compute. */
const PURE_MODULES = new Set(["node:crypto", "node:util", "node:path", "node:buffer"]);

/** Each import stays within the table of the rooms. */
export const followsImportTable: Rule = (files) => files.flatMap((file) => file.imports.flatMap((found) => at(file, found, layerFault(file, found))));

/** Each package is imported only where its effects are allowed. */
export const followsPackageTable: Rule = (files) => files.flatMap((file) => file.imports.flatMap((found) => at(file, found, packageFault(file, found))));

/** `import * as z from "zod"`: the named import defeats tree shaking. */
export const importsZodAsNamespace: Rule = (files) =>
  files.flatMap((file) =>
    file.imports.flatMap((found) =>
      at(file, found, found.from === "zod" && found.names.join(",") !== "*" ? `zod is imported as a namespace: import * as z from "zod"` : undefined),
    ),
  );

/** A file says what it has itself; nothing is passed on. */
export const hasNoBarrels: Rule = (files) =>
  files.flatMap((file) => {
    const named = /(^|\/)index\.tsx?$/.test(file.path) ? [{ path: file.path, line: 1, message: "a file called index; name it by what it has" }] : [];
    return [...named, ...file.reExports.map((line) => ({ path: file.path, line, message: "re-exports another file; import that one where it is used" }))];
  });

/** No file reaches itself through imports, those of types included. */
export const hasNoCycles: Rule = (files) => {
  const known = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  return files.flatMap((file) => cyclesFrom(file, known, done));
};

function at(file: SourceFile, { line }: Import, message: string | undefined): Violation[] {
  return message === undefined ? [] : [{ path: file.path, line, message }];
}

function layerFault(file: SourceFile, { target }: Import): string | undefined {
  const room = roomOf(file.path);
  if (room === undefined || target === undefined) return undefined;
  const other = roomOf(target);
  if (other === undefined) return target.startsWith("test/") ? `${room} imports a test` : undefined;
  if (room === other) return room === "functions" && !sameFolder(file.path, target) ? `a function imports the function ${target}` : undefined;
  const allowed = IMPORT_TABLE.get(room);
  if (!allowed) return `the room ${room} is not in the import table`;
  return allowed.includes(other) ? undefined : `${room} may not import ${other}`;
}

/** Parts of one function may lie in a folder of its own (`functions/dashboard/`). */
function sameFolder(path: string, target: string): boolean {
  const folder = /^functions\/([^/]+)\//.exec(path)?.[1];
  return folder !== undefined && target.startsWith(`functions/${folder}/`);
}

function packageFault(file: SourceFile, { from, target }: Import): string | undefined {
  const room = roomOf(file.path);
  if (room === undefined || target !== undefined) return undefined;
  const pure = PURE_ROOMS.some((name) => name === room);
  if (from.startsWith("node:")) return pure && !PURE_MODULES.has(from) ? `${room} is pure and may not have ${from}` : undefined;
  const name = from.split("/", from.startsWith("@") ? 2 : 1).join("/");
  const rooms = PACKAGES.get(name);
  if (!rooms) return pure ? `${room} is pure and may not have the package ${name}` : undefined;
  return rooms.includes(room) ? undefined : `${room} may not have the package ${name}; it is for ${rooms.join(", ")}`;
}

function cyclesFrom(start: SourceFile, known: ReadonlyMap<string, SourceFile>, done: Set<string>): Violation[] {
  const trail: string[] = [];
  const found: Violation[] = [];
  const walk = (file: SourceFile): void => {
    if (done.has(file.path)) return;
    trail.push(file.path);
    for (const { target, line } of file.imports) {
      const next = target === undefined ? undefined : known.get(target);
      if (!next) continue;
      const since = trail.indexOf(next.path);
      if (since < 0) walk(next);
      else found.push({ path: file.path, line, message: `import cycle: ${[...trail.slice(since), next.path].join(" → ")}` });
    }
    trail.pop();
    done.add(file.path);
  };
  walk(start);
  return found;
}

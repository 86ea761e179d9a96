/** One parsed file, as every rule sees it: rules are functions over these, so that a test can show each of them failing. */
import { type Node, parseSync, type Program, Visitor, type VisitorObject } from "oxc-parser";

export interface Text {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly source: string;
}

export interface Import {
  /** As written. */
  readonly from: string;
  /** Path in the repository; undefined for a package. */
  readonly target?: string;
  /** Imported names; `*` for a namespace. */
  readonly names: readonly string[];
  readonly line: number;
}

export interface SourceFile extends Text {
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly program: Program;
  /** Lines, from 1, at which a re-export stands. */
  readonly reExports: readonly number[];
  lineAt(offset: number): number;
}

export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export type Rule = (files: readonly SourceFile[]) => Violation[];

/** @throws Error naming file and line where the text is no TypeScript */
export function parseFile(text: Text): SourceFile {
  const parsed = parseSync(text.path, text.source);
  const lineAt = (offset: number): number => text.source.slice(0, offset).split("\n").length;
  const broken = parsed.errors.find((error) => error.severity === "Error");
  if (broken) throw new Error(`${text.path}:${lineAt(broken.labels[0]?.start ?? 0)} ${broken.message}`);
  const imports = parsed.module.staticImports.map(({ moduleRequest, entries, start }) => ({
    ...requestOf(text.path, moduleRequest.value),
    names: entries.map((entry) => entry.importName.name ?? (entry.importName.kind === "NamespaceObject" ? "*" : "default")),
    line: lineAt(start),
  }));
  const exportsFrom = parsed.module.staticExports.flatMap(({ entries, start }) =>
    entries.flatMap(({ moduleRequest }) => (moduleRequest ? [{ ...requestOf(text.path, moduleRequest.value), names: ["*"], line: lineAt(start) }] : [])),
  );
  const dynamic = parsed.module.dynamicImports.map(({ moduleRequest, start }) => ({
    ...requestOf(text.path, text.source.slice(moduleRequest.start + 1, moduleRequest.end - 1)),
    names: ["*"],
    line: lineAt(start),
  }));
  const lines = text.source.split("\n").length - (text.source.endsWith("\n") ? 1 : 0);
  const reExports = [...new Set(exportsFrom.map(({ line }) => line))];
  return { ...text, lines, lineAt, program: parsed.program, imports: [...imports, ...exportsFrom, ...dynamic], reExports };
}

/** Calls the visitors for each node of the file. */
export function visit(file: SourceFile, visitors: VisitorObject): void {
  new Visitor(visitors).visit(file.program);
}

/** `a.b` of two plain names, also where it is written `a["b"]`. */
export function dotted(node: Node): string | undefined {
  if (node.type !== "MemberExpression" || node.object.type !== "Identifier") return undefined;
  if (!node.computed) return node.property.type === "Identifier" ? `${node.object.name}.${node.property.name}` : undefined;
  return node.property.type === "Literal" ? `${node.object.name}.${String(node.property.value)}` : undefined;
}

function requestOf(path: string, from: string): { from: string; target?: string } {
  if (!from.startsWith(".")) return { from };
  return { from, target: new URL(from, `file:///${path}`).pathname.slice(1) };
}

/** What only some rooms may touch: clock, network, environment, files, randomness, other programs. */
import type { Node } from "oxc-parser";
import { roomOf } from "./rooms.ts";
import { dotted, type Rule, type SourceFile, visit } from "./source-file.ts";

interface Reach {
  /** For the message. */
  readonly what: string;
  readonly rooms: readonly string[];
  /** Modules whose import is the reach. */
  readonly modules?: RegExp;
  /** Single names of a module that may else be had, as `<module> <name>`. */
  readonly imports?: readonly string[];
  /** Globals, dotted where they are members. */
  readonly globals: readonly string[];
}

const REACHES: readonly Reach[] = [
  {
    what: "the environment",
    rooms: ["boot"],
    imports: ["node:process env", "node:process default", "node:process *"],
    globals: ["process.env", "globalThis.process"],
  },
  {
    what: "the network",
    rooms: ["adapters"],
    modules: /^(node:)?(https?|http2|net|tls|dgram|dns|undici)(\/|$)/,
    globals: ["fetch", "globalThis.fetch", "WebSocket", "EventSource"],
  },
  {
    what: "the clock",
    rooms: ["adapters", "local", "boot", "scripts"],
    modules: /^(node:)?timers(\/|$)/,
    globals: ["Date.now", "new Date", "performance.now", "process.hrtime", "setTimeout", "setInterval", "setImmediate"],
  },
  {
    what: "randomness",
    rooms: ["adapters", "local", "boot", "scripts"],
    imports: ["node:crypto randomUUID", "node:crypto randomBytes", "node:crypto randomInt"],
    globals: ["Math.random", "crypto.randomUUID", "crypto.getRandomValues"],
  },
  { what: "files", rooms: ["adapters", "local", "boot", "scripts"], modules: /^(node:)?(fs|os)(\/|$)/, globals: [] },
  { what: "other programs", rooms: ["adapters", "local", "boot", "scripts"], modules: /^(node:)?(child_process|worker_threads|cluster|vm)(\/|$)/, globals: [] },
];

/** Where a world is made, servers may listen: with these names nobody can call out. */
const LISTENING_ROOMS = new Set(["local", "boot"]);
const LISTENING_NAMES = new Set(["createServer", "Server", "IncomingMessage", "ServerResponse", "AddressInfo", "Socket"]);

/** Each reach only from the rooms that are there for it. Scripts for developers run beside the product, not in it. */
export const reachesOutOnlyWhereAllowed: Rule = (files) =>
  files.flatMap((file) => {
    const room = roomOf(file.path);
    if (room === undefined || file.path.startsWith("scripts/dev/")) return [];
    const forbidden = REACHES.filter(({ rooms }) => !rooms.includes(room));
    const uses = [...importsOf(file, room, forbidden), ...globalsOf(file, forbidden)];
    return uses.map(({ reach, line, by }) => ({
      path: file.path,
      line,
      message: `${room} reaches ${reach.what} by ${by}; only ${reach.rooms.join(", ")} may`,
    }));
  });

interface Use {
  readonly reach: Reach;
  readonly line: number;
  readonly by: string;
}

function importsOf(file: SourceFile, room: string, forbidden: readonly Reach[]): Use[] {
  return file.imports.flatMap(({ from, names, line }) => {
    const listens = LISTENING_ROOMS.has(room) && names.every((name) => LISTENING_NAMES.has(name));
    const reach = forbidden.find(({ modules, imports }) => (modules?.test(from) && !listens) || names.some((name) => imports?.includes(`${from} ${name}`)));
    return reach ? [{ reach, line, by: from }] : [];
  });
}

function globalsOf(file: SourceFile, forbidden: readonly Reach[]): Use[] {
  const reaches = new Map(forbidden.flatMap((reach) => reach.globals.map((name) => [name, reach] as const)));
  const own = declaredNames(file);
  const found: Use[] = [];
  const say = (node: Node, name: string | undefined): void => {
    const reach = name === undefined || own.has(name) ? undefined : reaches.get(name);
    if (reach && name !== undefined) found.push({ reach, line: file.lineAt(node.start), by: name });
  };
  const sayValue = (node: Node | null): void => void (node?.type === "Identifier" && say(node, node.name));
  visit(file, {
    MemberExpression: (node) => say(node, dotted(node)),
    CallExpression: ({ callee, arguments: given }) => {
      [callee, ...given].forEach(sayValue);
      if (callee.type === "Identifier" && callee.name === "Date") say(callee, "new Date");
    },
    NewExpression: ({ callee, arguments: given }) => {
      [callee, ...given].forEach(sayValue);
      if (callee.type === "Identifier" && callee.name === "Date" && given.length === 0) say(callee, "new Date");
    },
    Property: ({ value }) => sayValue(value),
    AssignmentPattern: ({ right }) => sayValue(right),
    LogicalExpression: ({ left, right }) => [left, right].forEach(sayValue),
    VariableDeclarator: ({ id, init }) => {
      sayValue(init);
      if (init?.type === "Identifier") for (const name of keysOf(id)) say(id, `${init.name}.${name}`);
    },
  });
  return found;
}

function keysOf(pattern: Node): string[] {
  if (pattern.type !== "ObjectPattern") return [];
  return pattern.properties.flatMap((property) => (property.type === "Property" && property.key.type === "Identifier" ? [property.key.name] : []));
}

/** Names that the file gives to something of its own: a parameter called `fetch` is not the global. */
function declaredNames(file: SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (node: Node | null): void => {
    if (node?.type === "Identifier") names.add(node.name);
    if (node?.type === "AssignmentPattern") add(node.left);
    if (node?.type === "ObjectPattern") node.properties.forEach((property) => add(property.type === "Property" ? property.value : property.argument));
  };
  const addParameters = ({ params }: { params: readonly Node[] }): void => params.forEach(add);
  visit(file, {
    VariableDeclarator: ({ id }) => add(id),
    FunctionDeclaration: (node) => {
      add(node.id);
      addParameters(node);
    },
    FunctionExpression: addParameters,
    ArrowFunctionExpression: addParameters,
  });
  return names;
}

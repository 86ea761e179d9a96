/** Every call of ours to a real forge, and people's that change something: who, which call, with what, how it was answered. */
import type { Fetch } from "../../functions/core/adapters/http.ts";

/** Every call of our accounts in this process, by account: what the stories of a file came to. */
const made = new Map<string, Set<string>>();

/** Calls of an account so far, as `METHOD /path` with what differs from story to story in braces. */
export function callsOf(login: string): ReadonlySet<string> {
  return made.get(login) ?? new Set();
}

/** `/repos/home/gitops/pulls/7/reviews` -> `/repos/{repo}/pulls/{n}/reviews`. */
export function shapeOf(path: string): string {
  return path
    .replace(/^\/repos\/[^/]+\/[^/]+/, "/repos/{repo}")
    .replace(/\/(contents|raw)\/.+$/, "/$1/{path}")
    .replace(/\/branches\/.+$/, "/branches/{branch}")
    .replace(/\/collaborators\/[^/]+/, "/collaborators/{user}")
    .replace(/\/members\/[^/]+/, "/members/{user}")
    .replace(/^\/users\/[^/]+/, "/users/{user}")
    .replace(/^\/orgs\/[^/]+/, "/orgs/{org}")
    .replace(/\/[0-9a-f]{40}(?=\/|$)/g, "/{sha}")
    .replace(/\/compare\/.+$/, "/compare/{range}")
    .replace(/\/\d+(?=\/|$)/g, "/{n}");
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: object | undefined;
  readonly status: number;
}

interface Entry {
  readonly who: string;
  /** As in the local forge's ledger: `POST /pulls`, `POST /merge`, `POST /comments`. */
  readonly what: string;
  readonly details: Record<string, unknown>;
  readonly outcome: number;
}

export interface CallLedger {
  /** Carries the calls of one of our users. */
  carry(login: string, before?: (login: string, method: string, path: string) => Promise<void>): Fetch;
  note(login: string, call: Call): void;
  entries(what: string, outcome?: number): readonly { who: string; details: Record<string, unknown> }[];
}

export function createCallLedger(): CallLedger {
  const entries: Entry[] = [];
  const note: CallLedger["note"] = (who, { method, path, body, status }) => {
    const details: Record<string, unknown> = { ...body };
    if (typeof details["head_commit_id"] === "string") details["head"] = details["head_commit_id"];
    if (method !== "GET") entries.push({ who, what: `${method} /${lastWord(path)}`, details, outcome: status });
  };
  return {
    note,
    carry: (login, before) => async (request) => {
      const { method } = request;
      const path = new URL(request.url).pathname.replace("/api/v1", "");
      const text = method === "GET" ? "" : await request.clone().text();
      await before?.(login, method, path);
      made.set(login, (made.get(login) ?? new Set()).add(`${method} ${shapeOf(path)}`));
      const response = await fetch(request);
      note(login, { method, path, body: text === "" ? undefined : (JSON.parse(text) as object), status: response.status });
      return response;
    },
    entries: (what, outcome) =>
      entries
        .filter((entry) => entry.what === what && (outcome === undefined ? entry.outcome < 300 : entry.outcome === outcome))
        .map(({ who, details }) => ({ who, details })),
  };
}

/** The last part of a path that is a word: numbers and commits are left out. */
function lastWord(path: string): string {
  return path.split("/").findLast((part) => /^[a-z_]+$/.test(part)) ?? "";
}

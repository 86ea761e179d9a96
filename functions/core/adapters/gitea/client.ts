/** Gitea's REST as calls: authentication, paging, one retry of reads, and the error that a status means. */
import * as z from "zod";
import { Unavailable } from "../../ports/errors.ts";
import type { Fetch } from "../http.ts";
import { createHttp } from "../http.ts";

export interface GiteaOptions {
  /** The forge's address as this process reaches it, without `/api/v1`; addresses in answers are never followed. */
  readonly baseUrl: string;
  readonly token: string;
  /** The token is this user's password: what Gitea asks for where a token cannot make tokens (contracts 3.7). */
  readonly login?: string;
  /** Default: the platform's. */
  readonly fetch?: Fetch;
  /** Ends every call of this instance. */
  readonly signal?: AbortSignal;
}

export interface GiteaAnswer {
  readonly status: number;
  readonly json: unknown;
}

export interface GiteaCall {
  readonly body?: object;
  /** Statuses of 4xx that are an answer here, not an error. */
  readonly expect?: readonly number[];
}

export interface Gitea {
  /** @throws Unavailable, and Refused for a 4xx that is not expected */
  get(path: string, call?: GiteaCall): Promise<GiteaAnswer>;
  /** Sent once, never again: whether it happened is for the caller to look up. @throws as `get` */
  write(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, call?: GiteaCall): Promise<GiteaAnswer>;
  /** The entries of a paged list in the server's order, at most `limit`. @throws as `get` */
  list<T>(path: string, entry: z.ZodType<T>, limit: number): Promise<readonly T[]>;
}

/** The server's maximum: asking for more gives as many (contracts 3). */
const PAGE_SIZE = 50;

const ErrorSchema = z.looseObject({ message: z.string().default("") });

export function createGitea(options: GiteaOptions): Gitea {
  const { token, login, signal } = options;
  const authorization = login === undefined ? `token ${token}` : `Basic ${Buffer.from(`${login}:${token}`).toString("base64")}`;
  const http = createHttp({ fetch: options.fetch, secrets: [token] });
  const api = `${options.baseUrl.replace(/\/+$/, "")}/api/v1`;
  const once = async (method: string, path: string, { body, expect = [] }: GiteaCall): Promise<GiteaAnswer> => {
    const name = `${method} ${path.split("?")[0]}`;
    const answer = await http.send({
      name,
      method,
      url: api + path,
      headers: { accept: "application/json", authorization },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    const json = parsed(answer.text);
    if (answer.status >= 400 && !expect.includes(answer.status)) throw http.failure({ name }, answer, messageOf(json));
    if (json === NOT_JSON) throw new Unavailable(`${name}: ${answer.status} with a body that is not JSON`);
    return { status: answer.status, json };
  };
  const get = (path: string, call: GiteaCall = {}): Promise<GiteaAnswer> =>
    once("GET", path, call).catch((error: unknown) => {
      if (!(error instanceof Unavailable) || signal?.aborted === true) throw error;
      return once("GET", path, call);
    });
  return {
    get,
    write: (method, path, call = {}) => once(method, path, call),
    async list(path, entry, limit) {
      const all: z.infer<typeof entry>[] = [];
      for (let page = 1; all.length < limit; page += 1) {
        const paged = `${path}${path.includes("?") ? "&" : "?"}page=${page}&limit=${PAGE_SIZE}`;
        const items = read(z.array(entry).nullable(), await get(paged), `GET ${path}`) ?? [];
        all.push(...items);
        if (items.length < PAGE_SIZE) break;
      }
      return all.slice(0, limit);
    },
  };
}

const NOT_JSON = Symbol("not JSON");

function parsed(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

/** The words of an error body; some answers have none (contracts 12.1). */
export function messageOf(json: unknown): string {
  const error = ErrorSchema.safeParse(json);
  return error.success ? error.data.message : "";
}

/** Reads what is used of an answer. @throws Unavailable naming the field when the server answers something else */
export function read<T>(schema: z.ZodType<T>, answer: GiteaAnswer, call: string): T {
  const result = schema.safeParse(answer.json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Unavailable(`${call}: unexpected answer at ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** `/repos/owner/name`, with each part encoded. */
export function repositoryPath(name: string): string {
  return `/repos/${encodePath(name)}`;
}

/** Encodes each part of a path that may itself have slashes, as branch names do. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** The token that a registry gives to anybody: where it is to be had, as its 401 says (`WWW-Authenticate: Bearer …`). */
import * as z from "zod";
import { Refused } from "../../ports/errors.ts";
import type { Http } from "../http.ts";

export interface TokenQuestion {
  readonly challenge: string;
  readonly origin: string;
  readonly repository: string;
  readonly signal?: AbortSignal | undefined;
}

const TOKEN_MAX_LENGTH = 16_384;
const TokenSchema = z.looseObject({ token: z.string().max(TOKEN_MAX_LENGTH).optional(), access_token: z.string().max(TOKEN_MAX_LENGTH).optional() });

/** @throws Refused where nobody gets one without an account; Unavailable */
export async function anonymousToken(http: Http, { challenge, origin, repository, signal }: TokenQuestion): Promise<string> {
  const realm = realmOf(challenge, { origin, repository });
  const name = `token of ${realm.host}`;
  const answer = await http.send({ name, method: "GET", url: realm.href, timeoutMs: 5_000, maxBytes: 65_536, signal });
  if (answer.status >= 500 || answer.status === 429) throw http.failure({ name }, answer, "");
  if (answer.status !== 200) throw new Refused("it wants a login", { status: answer.status });
  const parsed = TokenSchema.safeParse(jsonIn(answer.text));
  const token = parsed.success ? (parsed.data.token ?? parsed.data.access_token) : undefined;
  if (token === undefined || /[^\x21-\x7e]/.test(token)) throw new Refused("its answer holds no token");
  return token;
}

/** Plain HTTP only where the registry itself is asked so. */
function realmOf(challenge: string, { origin, repository }: Pick<TokenQuestion, "origin" | "repository">): URL {
  const pairs = [...challenge.slice(0, 2048).matchAll(/(\w{1,32})="([^"]{0,1024})"/g)];
  const said = new Map(pairs.map(([, key = "", value = ""]) => [key.toLowerCase(), value]));
  const realm = said.get("realm") ?? "";
  if (!/^bearer\s/i.test(challenge) || !URL.canParse(realm)) throw new Refused("it wants a login", { status: 401 });
  const url = new URL(realm);
  if (url.protocol !== "https:" && url.origin !== origin) throw new Refused("it sends for its token to an address that is not safe");
  const service = said.get("service");
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", `repository:${repository}:pull`);
  return url;
}

/** Undefined for what is not JSON. */
export function jsonIn(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Reading the Kubernetes API over what the kubeconfig says, bounded in time and size; the client library does the authentication and TLS. */
import { HttpMethod, IsomorphicFetchHttpLibrary, type KubeConfig, RequestContext, type ResponseContext } from "@kubernetes/client-node";
import { Refused, Unavailable } from "../../ports/errors.ts";
import { textAt } from "../../records/read-object.ts";

export interface ApiClient {
  /** @param path with its query. @throws Unavailable, Refused with the status */
  json(path: string, accept?: string): Promise<unknown>;
  text(path: string): Promise<string>;
  /** The namespace of the context; undefined where it has none. */
  readonly namespace: string | undefined;
}

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 128 * 1024 * 1024;
const MESSAGE_MAX_LENGTH = 300;

export function createApiClient(config: KubeConfig, timeoutMs = TIMEOUT_MS): ApiClient {
  const server = (config.getCurrentCluster()?.server ?? "").replace(/\/$/, "");
  const http = new IsomorphicFetchHttpLibrary();
  const get = async (path: string, accept: string): Promise<string> => {
    const name = `GET ${path.split("?", 1)[0]}`;
    const request = new RequestContext(`${server}${path}`, HttpMethod.GET);
    request.setHeaderParam("Accept", accept);
    request.setHeaderParam("User-Agent", "anchorwatch");
    request.setSignal(AbortSignal.timeout(timeoutMs));
    const answer = await reaching(name, server, async () => {
      await config.applySecurityAuthentication(request);
      const response = await http.send(request).toPromise();
      return { response, body: await readBody(name, response) };
    });
    if (answer.response.httpStatusCode >= 300) throw failure(name, answer.response, answer.body);
    return answer.body;
  };
  return {
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    text: (path) => get(path, "text/plain, */*"),
    async json(path, accept = "application/json") {
      const body = await get(path, accept);
      try {
        const value: unknown = JSON.parse(body);
        return value;
      } catch (error) {
        throw new Refused(`GET ${path.split("?", 1)[0]}: the answer is not JSON; is ${server} a Kubernetes API server?`, { cause: error });
      }
    },
  };
}

async function reaching<T>(name: string, server: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Unavailable(`${name}: ${server} does not answer: ${reasonOf(error)}`, { cause: error });
  }
}

async function readBody(name: string, response: ResponseContext): Promise<string> {
  const stream = response.body.stream();
  if (!stream) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Refused(`${name}: the answer is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** 408, 429 and 5xx pass; the rest is a no. The server's own words are in a `Status`. */
function failure(name: string, { httpStatusCode: status, headers }: ResponseContext, body: string): Unavailable | Refused {
  const text = `${name}: ${status} ${messageIn(body)}`.slice(0, MESSAGE_MAX_LENGTH).trimEnd();
  if (status !== 408 && status !== 429 && status < 500) return new Refused(text, { status });
  const seconds = Number(headers["retry-after"]);
  return new Unavailable(text, seconds > 0 ? { retryAfterMs: seconds * 1000 } : {});
}

function messageIn(body: string): string {
  try {
    return textAt(JSON.parse(body), "message") ?? "";
  } catch {
    // A proxy before the server answers in words of its own.
    return body.split("\n", 1)[0] ?? "";
  }
}

/** `fetch failed` says nothing; its cause does: a name that does not resolve, a certificate, a refused connection. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  return (error.cause instanceof Error ? error.cause.message || String(Reflect.get(error.cause, "code")) : error.message).slice(0, MESSAGE_MAX_LENGTH);
}

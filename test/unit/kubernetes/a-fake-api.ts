/** An API server for one test: it answers what it is told, and notes what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { KubeConfig } from "@kubernetes/client-node";
import { onTestFinished } from "vitest";

/** The answer to a path: an object, a status of failure, a text (a log), or silence. */
export type Answer = object | number | string;

export const NEVER = "no answer at all";

export interface FakeApi {
  readonly config: KubeConfig;
  /** `GET path?query accept`, in order. */
  readonly asked: readonly { readonly path: string; readonly query: URLSearchParams; readonly accept: string; readonly method: string }[];
}

/** @param answer by path and query; undefined is 404 */
export async function fakeApi(answer: (path: string, query: URLSearchParams) => Answer | undefined): Promise<FakeApi> {
  const asked: FakeApi["asked"][number][] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://fake");
    asked.push({ path: url.pathname, query: url.searchParams, accept: request.headers.accept ?? "", method: request.method ?? "" });
    reply(response, answer(url.pathname, url.searchParams) ?? 404);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: "fake", server: `http://127.0.0.1:${port}`, skipTLSVerify: true }, { name: "me", token: "a-token" });
  return { config, asked };
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === NEVER) return;
  if (typeof answer === "string") {
    response.writeHead(200, { "content-type": "text/plain" }).end(answer);
    return;
  }
  const status = typeof answer === "number" ? answer : 200;
  const body = typeof answer === "number" ? { kind: "Status", status: "Failure", message: `the server says ${answer}`, code: answer } : answer;
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** What `/apis` answers for groups and their versions. */
export function groupsOf(...names: readonly string[]): object {
  const groups = names.map((name) => {
    const [group = "", version = "v1"] = name.split("/");
    return { name: group, preferredVersion: { groupVersion: name, version } };
  });
  return { kind: "APIGroupList", groups };
}

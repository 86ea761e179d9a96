/** The registry adapter against a server that speaks the distribution API, as strict about tokens as the public ones. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { imageName } from "../../../functions/core/adapters/registry/image-name.ts";
import { createRegistry } from "../../../functions/core/adapters/registry/registry.ts";
import { Refused, Unavailable } from "../../../functions/core/ports/errors.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, address: string) => void;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => answer(request, response, address()));
  const address = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return address();
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

const CONFIG = JSON.stringify({ os: "linux", architecture: "arm64" });
const DIGEST = `sha256:${createHash("sha256").update(CONFIG).digest("hex")}`;
const INDEX = {
  manifests: [
    { platform: { os: "linux", architecture: "amd64" } },
    { platform: { os: "linux", architecture: "arm64", variant: "v8" } },
    { platform: { os: "unknown", architecture: "unknown" } },
  ],
};

/** A registry that gives nothing without the token that it gives to everybody. */
const withToken: Answer = (request, response, address) => {
  const url = new URL(request.url ?? "/", `http://${address}`);
  if (url.pathname === "/token") return json(response, { token: `pull-${url.searchParams.get("scope")}` });
  if (request.headers.authorization !== "Bearer pull-repository:acme/shop:pull") {
    response.setHeader("www-authenticate", `Bearer realm="http://${address}/token",service="registry"`);
    return json(response, { errors: [{ code: "UNAUTHORIZED" }] }, 401);
  }
  if (url.pathname === "/v2/acme/shop/manifests/multi") return json(response, INDEX);
  if (url.pathname === "/v2/acme/shop/manifests/single") return json(response, { config: { digest: DIGEST } });
  if (url.pathname === `/v2/acme/shop/blobs/${DIGEST}`) return void response.end(CONFIG);
  return json(response, { errors: [{ code: "MANIFEST_UNKNOWN" }] }, 404);
};

describe("a registry that gives a token to anybody", () => {
  it("says the platforms of an index, without its attestations, and of an image of one platform", async () => {
    const address = await serve(withToken);
    const registry = createRegistry();
    expect(await registry.platformsOf(`${address}/acme/shop:multi`)).toEqual([
      { os: "linux", architecture: "amd64" },
      { os: "linux", architecture: "arm64" },
    ]);
    expect(await registry.platformsOf(`${address}/acme/shop:single`)).toEqual([{ os: "linux", architecture: "arm64" }]);
  });

  it("says that it has no such tag", async () => {
    const address = await serve(withToken);
    expect(await createRegistry().platformsOf(`${address}/acme/shop:none`)).toBeUndefined();
  });
});

describe("what is no answer", () => {
  it.each<readonly [string, Answer, typeof Refused | typeof Unavailable, RegExp]>([
    ["a repository that may be private", (_request, response) => json(response, { errors: [{ code: "NAME_UNKNOWN" }] }, 404), Refused, /404/],
    ["a login that is wanted", (_request, response) => json(response, {}, 401), Refused, /wants a login/],
    ["too many pulls", (_request, response) => json(response, { errors: [{ message: "toomanyrequests" }] }, 429), Unavailable, /429/],
    ["a page instead of a manifest", (_request, response) => void response.end("<html>"), Refused, /does not say/],
    [
      "a token that is to be fetched from elsewhere in the clear",
      (_request, response) => void response.writeHead(401, { "www-authenticate": 'Bearer realm="http://elsewhere.invalid/token"' }).end(),
      Refused,
      /not safe/,
    ],
    ["a way on to an unsafe address", (_request, response) => void response.writeHead(307, { location: "http://169.254.169.254/" }).end(), Refused, /not safe/],
    ["an answer without an end", (_request, response) => void response.end("x".repeat(5 * 1024 * 1024)), Refused, /larger than/],
  ])("%s", async (_name, answer, kind, words) => {
    const address = await serve(answer);
    const failure: unknown = await createRegistry()
      .platformsOf(`${address}/acme/shop:1`)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(kind);
    expect(String(failure)).toMatch(words);
  });

  it("a registry that nobody runs, or whose caller gives up", async () => {
    await expect(createRegistry().platformsOf("127.0.0.1:1/acme/shop:1")).rejects.toBeInstanceOf(Unavailable);
    const address = await serve(() => undefined);
    await expect(createRegistry({ signal: AbortSignal.timeout(20) }).platformsOf(`${address}/acme/shop:1`)).rejects.toBeInstanceOf(Unavailable);
  });
});

describe("the name of an image", () => {
  it.each([
    ["nginx", "https://registry-1.docker.io", "library/nginx", "latest"],
    ["acme/shop:1.4", "https://registry-1.docker.io", "acme/shop", "1.4"],
    ["ghcr.io/acme/shop:1.4", "https://ghcr.io", "acme/shop", "1.4"],
    ["registry.home:5000/shop:1", "https://registry.home:5000", "shop", "1"],
    [`docker.io/library/nginx:1@sha256:${"a".repeat(64)}`, "https://registry-1.docker.io", "library/nginx", `sha256:${"a".repeat(64)}`],
  ])("%s", (image, origin, repository, reference) => {
    expect(imageName(image)).toEqual({ origin, repository, reference });
  });

  it.each(["", "UPPER/x", "a b", "ghcr.io/../x:1", "ghcr.io/x:1?y=2", `x${"y".repeat(600)}`])("%j is none", (image) => {
    expect(() => imageName(image)).toThrow(Refused);
  });
});

/** The Registry port over the OCI distribution API, as anybody: manifest, index and, for an image of one platform, its configuration. */
import { Refused } from "../../ports/errors.ts";
import type { Platform, Registry } from "../../ports/registry.ts";
import { listAt, textAt, valueAt } from "../../records/read-object.ts";
import { createHttp, type Fetch, type Http, type HttpAnswer } from "../http.ts";
import { type ImageName, imageName } from "./image-name.ts";
import { anonymousToken, jsonIn } from "./token.ts";

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** For each call; an image takes four of them at most. */
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_PLATFORMS = 50;

export interface RegistryOptions {
  /** Default: the platform's. */
  readonly fetch?: Fetch;
  /** Ends every call of this instance. */
  readonly signal?: AbortSignal | undefined;
}

export function createRegistry({ fetch, signal }: RegistryOptions = {}): Registry {
  const http = createHttp({ fetch });
  return {
    async platformsOf(image) {
      const name = imageName(image);
      const client = createClient(http, name, signal);
      const answer = await client.get(`manifests/${name.reference}`, MANIFESTS);
      if (answer.status === 404 && isMissingManifest(answer.text)) return undefined;
      if (answer.status !== 200) throw failureOf(http, name, answer);
      const manifest = jsonIn(answer.text);
      const listed = listAt(manifest, "manifests");
      const platforms =
        listed.length > 0 ? listed.flatMap((entry) => platformIn(valueAt(entry, "platform"))) : await ofConfig(http, { client, name, manifest });
      if (platforms.length === 0) throw new Refused("it does not say for which platforms the image is built");
      return [...new Map(platforms.map((one) => [`${one.os}/${one.architecture}`, one])).values()].slice(0, MAX_PLATFORMS);
    },
  };
}

interface Client {
  /** Any status but 401 is an answer; a token is fetched once, where the registry asks for one. */
  get(path: string, accept: string): Promise<HttpAnswer>;
}

function createClient(http: Http, { origin, repository }: ImageName, signal: AbortSignal | undefined): Client {
  let token: string | undefined;
  const once = async (path: string, accept: string): Promise<HttpAnswer> =>
    await http.send({
      name: `GET ${new URL(origin).host}`,
      method: "GET",
      url: `${origin}/v2/${repository}/${path}`,
      headers: { accept, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      redirects: "answer",
      signal,
    });
  return {
    async get(path, accept) {
      const first = await once(path, accept);
      if (first.status !== 401 || token !== undefined) return await followed(http, first, signal);
      token = await anonymousToken(http, { challenge: first.headers.get("www-authenticate") ?? "", origin, repository, signal });
      return await followed(http, await once(path, accept), signal);
    },
  };
}

/** Registries keep their blobs elsewhere: one step, to a safe address, without the token. */
async function followed(http: Http, answer: HttpAnswer, signal: AbortSignal | undefined): Promise<HttpAnswer> {
  if (answer.status < 300 || answer.status > 399) return answer;
  const location = answer.headers.get("location") ?? "";
  if (!URL.canParse(location) || new URL(location).protocol !== "https:") throw new Refused("it sends on to an address that is not safe");
  return await http.send({ name: `GET ${new URL(location).host}`, method: "GET", url: location, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal });
}

/** An unknown repository may as well be one that we may not see. */
function isMissingManifest(text: string): boolean {
  return listAt(jsonIn(text), "errors").some((error) => textAt(error, "code") === "MANIFEST_UNKNOWN");
}

function failureOf(http: Http, { origin }: ImageName, answer: HttpAnswer): Error {
  if (answer.status === 401 || answer.status === 403) return new Refused("it wants a login", { status: answer.status });
  return http.failure({ name: `GET ${new URL(origin).host}` }, answer, textAt(listAt(jsonIn(answer.text), "errors")[0], "message") ?? "");
}

/** Attestations stand in an index as `unknown/unknown`. */
function platformIn(value: unknown): readonly Platform[] {
  const [os, architecture] = [textAt(value, "os"), textAt(value, "architecture")];
  return os === undefined || architecture === undefined || os === "unknown" || !/^[\w.-]{1,32}$/.test(`${os}${architecture}`) ? [] : [{ os, architecture }];
}

async function ofConfig(http: Http, { client, name, manifest }: { client: Client; name: ImageName; manifest: unknown }): Promise<readonly Platform[]> {
  const digest = textAt(manifest, "config", "digest") ?? "";
  if (!/^sha256:[a-f\d]{64}$/.test(digest)) return [];
  const answer = await client.get(`blobs/${digest}`, "application/json, */*");
  if (answer.status !== 200) throw failureOf(http, name, answer);
  return platformIn(jsonIn(answer.text));
}

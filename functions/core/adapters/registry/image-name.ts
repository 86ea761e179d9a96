/** Where an image is asked for: registry, repository, and tag or digest, with the defaults that a container runtime puts in. */
import { Refused } from "../../ports/errors.ts";

export interface ImageName {
  /** With its scheme: plain HTTP only on this machine, as runtimes do it. */
  readonly origin: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
}

const MAX_LENGTH = 512;

/** @throws Refused for what is no name of an image */
export function imageName(image: string): ImageName {
  const [, host = "docker.io", path = "", tag = "latest", digest] =
    /^(?:((?:[\w-]+\.)+[\w-]+(?::\d{1,5})?|[\w-]+:\d{1,5}|localhost)\/)?([a-z\d]+(?:(?:[._/]|__|-{1,8})[a-z\d]+)*)(?::(\w[\w.-]{0,127}))?(?:@(sha256:[a-f\d]{64}))?$/.exec(
      image.slice(0, MAX_LENGTH),
    ) ?? [];
  if (path === "" || image.length > MAX_LENGTH) throw new Refused("this is no name of an image");
  const isHub = host === "docker.io" || host === "index.docker.io";
  const repository = isHub && !path.includes("/") ? `library/${path}` : path;
  return { origin: originOf(isHub ? "registry-1.docker.io" : host), repository, reference: digest ?? tag };
}

function originOf(server: string): string {
  return `${/^(?:localhost|127\.0\.0\.1)(?::|$)/.test(server) ? "http" : "https"}://${server}`;
}

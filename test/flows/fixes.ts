/** What the fix of each scenario comes to, line by line, and what our merges really changed. */
import { changedLines } from "../../functions/core/changes/line-changes.ts";
import type { Flow } from "./flow.ts";

/** The lines that each fix comes to: all of them, and no others. */
export const FIXES: Readonly<Record<string, readonly string[]>> = {
  "crash-loop": ["apps/shop/deployment.yaml -            - name: DATABASE_ADDR", "apps/shop/deployment.yaml +            - name: DATABASE_URL"],
  "out-of-memory": [
    "apps/shop/deployment.yaml -            limits: { memory: 128Mi }   # measured in May",
    "apps/shop/deployment.yaml +            limits: { memory: 192Mi }   # measured in May",
  ],
  "image-not-found": [
    'apps/shop/deployment.yaml -          image: "ghcr.io/acme/shop:1.43"',
    'apps/shop/deployment.yaml +          image: "ghcr.io/acme/shop:1.4.2"',
  ],
  "wrong-architecture": [
    'apps/shop/deployment.yaml -          image: "ghcr.io/acme/shop:1.5.0"',
    'apps/shop/deployment.yaml +          image: "ghcr.io/acme/shop:1.4.2"',
  ],
  "probe-kills": [
    "apps/shop/deployment.yaml -            httpGet: { path: /health, port: 8080 }   # the orders' own check",
    "apps/shop/deployment.yaml +            httpGet: { path: /healthz, port: 8080 }   # the orders' own check",
  ],
  "probe-wrong-port": [
    "apps/shop/deployment.yaml -            httpGet: { path: /healthz, port: 9090 }   # the orders' own check",
    "apps/shop/deployment.yaml +            httpGet: { path: /healthz, port: 8080 }   # the orders' own check",
  ],
  "selector-matches-nothing": [
    "apps/shop/service.yaml -  selector: { app: shop, track: stabel }",
    "apps/shop/service.yaml +  selector: { app: shop, track: stable }",
  ],
};

/** The lines that each of our merges changed on the default branch, the newest first. A person's push is no merge. */
export async function mergedLines({ local: { world } }: Flow): Promise<readonly (readonly string[])[]> {
  const { repository } = world.forge;
  const git = world.outside.git();
  const lines: (readonly string[])[] = [];
  for (let commit = await git.resolve(repository, "main"); commit?.parents.length === 2;) {
    const [before = ""] = commit.parents;
    const files = await git.diff(repository, before, commit.id, "");
    lines.push(
      files.flatMap(({ path, before: old, after }) =>
        (changedLines(old ?? "", after ?? "") ?? []).flatMap(({ removed, added }) => [
          ...removed.map((line) => `${path} -${line.trimEnd()}`),
          ...added.map((line) => `${path} +${line.trimEnd()}`),
        ]),
      ),
    );
    commit = await git.resolve(repository, before);
  }
  return lines;
}

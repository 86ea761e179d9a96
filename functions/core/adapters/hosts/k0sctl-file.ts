/** The hosts of a cluster, out of the `k0sctl.yaml` that made it; everything in it becomes an argument of ssh, so nothing odd is let through. */
import { readFileSync, statSync } from "node:fs";
import * as z from "zod";
import { parseYaml } from "../../records/safe-yaml.ts";

const MAX_BYTES = 256 * 1024;

/** A name or an address; it cannot be taken for an option. */
const address = z
  .string()
  .max(253)
  .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]{2,45})$/, "must be a host name or an address");

const SshSchema = z.looseObject({
  address,
  user: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, "must be a user name")
    .default("root"),
  port: z.number().int().min(1).max(65_535).default(22),
  keyPath: z
    .string()
    .max(1024)
    .regex(/^(?!-)[^\p{Cc}]+$/u, "must be a path")
    .optional(),
});
export type SshHost = z.infer<typeof SshSchema>;

const K0sctlSchema = z.looseObject({
  kind: z.literal("Cluster"),
  spec: z.looseObject({
    hosts: z
      .array(z.looseObject({ ssh: SshSchema.optional() }))
      .min(1)
      .max(50),
  }),
});

/** @throws Error with the file and the field that is wrong */
export function readHosts(path: string): readonly SshHost[] {
  if (statSync(path).size > MAX_BYTES) throw new Error(`${path}: is larger than ${MAX_BYTES / 1024} KiB`);
  const parsed = parseYaml(readFileSync(path, "utf8"));
  if ("problem" in parsed) throw new Error(`${path}:${parsed.problem.line}:${parsed.problem.col}: ${parsed.problem.message}`);
  const file = K0sctlSchema.safeParse(parsed.documents[0]?.value);
  if (!file.success) {
    const [issue] = file.error.issues;
    throw new Error(`${path}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is no k0sctl.yaml"}`);
  }
  const hosts = file.data.spec.hosts.flatMap(({ ssh }) => ssh ?? []);
  if (hosts.length === 0) throw new Error(`${path}: spec.hosts: none has ssh`);
  return hosts;
}

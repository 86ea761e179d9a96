/** The only reader of the environment: a few settings of the local process, checked once (style 5). */
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { PLACES } from "./crash-at.ts";

const EnvironmentSchema = z.object({
  /** Where the local process keeps everything. */
  ANCHORWATCH_DATA: z.string().min(1).default(join(tmpdir(), "anchorwatch-demo")),
  /** Length of a minute in ms. */
  ANCHORWATCH_MINUTE_MS: z.coerce.number().int().min(50).max(60_000).default(500),
  /** 0 takes any free port. */
  ANCHORWATCH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** The channels file: where people are reached beside the thread. */
  ANCHORWATCH_CHANNELS: z.string().min(1).optional(),
  /** An administrator's token of the forge, for init, doctor and uninstall; a file is better (`--admin-token-file`). */
  ANCHORWATCH_ADMIN_TOKEN: z.string().min(1).optional(),
  /** Programs that render; without them they are looked for on the PATH. */
  ANCHORWATCH_KUSTOMIZE: z.string().min(1).optional(),
  ANCHORWATCH_HELM: z.string().min(1).optional(),
  PATH: z.string().default(""),
  /** For tests: `function:place:count`, or `function:place:count:Kind`, kills the process there. */
  ANCHORWATCH_CRASH_AT: z
    .string()
    .regex(new RegExp(`^[a-z-]+:(${PLACES.join("|")}):\\d+(:[A-Za-z]+)?$`))
    .optional(),
});

export interface Environment {
  readonly data: string;
  readonly minuteMs: number;
  readonly port: number;
  readonly channels: string | undefined;
  readonly adminToken: string | undefined;
  readonly kustomize: string | undefined;
  readonly helm: string | undefined;
  readonly path: string;
  readonly crashAt: string | undefined;
}

/** @throws Error that names each variable that is wrong */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = EnvironmentSchema.safeParse(env);
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n"));
  const { data } = parsed;
  return {
    data: data.ANCHORWATCH_DATA,
    minuteMs: data.ANCHORWATCH_MINUTE_MS,
    port: data.ANCHORWATCH_PORT,
    channels: data.ANCHORWATCH_CHANNELS,
    adminToken: data.ANCHORWATCH_ADMIN_TOKEN,
    kustomize: data.ANCHORWATCH_KUSTOMIZE,
    helm: data.ANCHORWATCH_HELM,
    path: data.PATH,
    crashAt: data.ANCHORWATCH_CRASH_AT,
  };
}

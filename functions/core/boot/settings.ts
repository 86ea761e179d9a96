/** `anchorwatch.yaml`: what one installation is made of; written by `init`, read by `up` and `doctor`, held to its schema with the place of each problem. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import * as z from "zod";
import { parseTimeout } from "../workflow/timeout.ts";
import { formatProblem, readChecked } from "../records/checked-yaml.ts";

const address = z.url({ protocol: /^https?$/ }).max(2048);
const login = z.string().regex(/^[\w][\w.-]{0,38}[\w]$/, "must be a login");

/** One that can match nothing would forbid everything without a word. */
const glob = z
  .string()
  .min(1)
  .max(512)
  .regex(/^(?!\.?\/)(?!.*(^|\/)\.\.(\/|$))/, "must be a glob from the root of the repository, like `apps/**`, without `/` or `./` before it and without `..`");

const RepositorySchema = z.strictObject({
  name: z.string().regex(/^[\w.-]+\/[\w.-]+$/, "must be owner/name"),
  /** What we may change in it at all, as globs: no policy in the repository widens it. `init` writes it into the first policy, too. */
  paths: z.array(glob).min(1).max(50).optional(),
});

/** Named twice, which of the two allow-lists holds would be a guess. Gitea's names know no case. */
function refuseTwins(repositories: readonly { readonly name: string }[], context: z.RefinementCtx): void {
  const names = repositories.map(({ name }) => name.toLowerCase());
  for (const [at, name] of names.entries()) {
    if (names.indexOf(name) < at) context.addIssue({ code: "custom", path: [at, "name"], message: `${name} is in the list already` });
  }
}

export const SettingsSchema = z.strictObject({
  gitea: z.strictObject({
    /** As this process reaches it. */
    url: address,
    /** Where workflows, policies and apps stand; each app's own decides where its fix is proposed. */
    repositories: z.array(RepositorySchema).min(1).max(20).superRefine(refuseTwins),
    /** Our accounts; the defaults are made by `init`. */
    accounts: z
      .strictObject({
        proposer: login.default("anchorwatch"),
        merger: login.default("anchorwatch-merge"),
        checks: login.default("anchorwatch-checks"),
        words: login.default("anchorwatch-words"),
        rights: login.default("anchorwatch-rights"),
      })
      .prefault({}),
  }),
  /** Where Gitea and Alertmanager reach us. */
  address,
  /** Folders and files are relative to this file. */
  secrets: z.string().min(1).default("secrets"),
  data: z.string().min(1).default("data"),
  channels: z.string().min(1).optional(),
  /** The cluster that is watched: by default what kubectl would talk to; `none` where there is only the forge yet. */
  cluster: z.union([z.literal("none"), z.strictObject({ kubeconfig: z.string().min(1).optional(), context: z.string().min(1).optional() })]).default({}),
  /** Where this process listens; the address above leads here. */
  listen: z.strictObject({ host: z.string().min(1).max(255).default("127.0.0.1"), port: z.number().int().min(1).max(65_535).default(8080) }).prefault({}),
  /** An address outside that is called every minute while all works, and tells people when it is not: Healthchecks, Uptime Kuma, a dead man's switch. */
  heartbeat: z
    .strictObject({
      url: address,
      /** Only while the Watchdog alert was heard within so long: then it also tells that alerts get through. */
      watchdog: z
        .string()
        .refine((text) => parseTimeout(text) !== undefined, "must be a duration like `10m` or `1h`")
        .optional(),
    })
    .optional(),
  /** Prometheus' API, for what the health report measures. */
  prometheus: address.optional(),
  /** Alertmanager's API, for the test alert of `doctor`. */
  alertmanager: address.optional(),
});
export type Settings = z.infer<typeof SettingsSchema>;

/** Reads the file; paths in it become absolute. @throws Error that names file, line and column of each problem */
export function readSettings(path: string): Settings {
  const read = readChecked(readFileSync(path, "utf8"), { path, what: "the settings", schema: SettingsSchema });
  if (!read.ok) throw new Error(read.problems.map(formatProblem).join("\n"));
  const { value } = read;
  const beside = (name: string): string => resolve(dirname(path), name);
  return {
    ...value,
    secrets: beside(value.secrets),
    data: beside(value.data),
    ...(value.channels !== undefined && { channels: beside(value.channels) }),
  };
}

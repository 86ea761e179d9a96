/** What a tool is: something that may be called by name with checked input (design 7). */
import * as z from "zod";
import type { Clock } from "../ports/clock.ts";
import type { Cluster } from "../ports/cluster.ts";
import { Refused } from "../ports/errors.ts";
import type { Git } from "../ports/git.ts";
import type { GitOps } from "../ports/gitops.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Renderer } from "../ports/renderer.ts";
import type { RepositoryRef, Tier } from "../records/fields.ts";
import type { Health } from "../records/health.ts";
import { ERROR_MAX_LENGTH } from "../records/limits.ts";
import type { IgnoreRule } from "../records/ignore.ts";
import type { Problems } from "../records/tool-result.ts";

/** The outside, as tools see it: all of it for reading. */
export interface ToolPorts {
  readonly cluster: Cluster;
  readonly gitops: GitOps;
  readonly git: Git;
  readonly renderer: Renderer;
  readonly clock: Pick<Clock, "now">;
  /** What people have decided not to hear of; absent = nothing. */
  readonly ignores?: () => Promise<readonly IgnoreRule[]>;
  /** Absent = nothing is measured. */
  readonly metrics?: Metrics | undefined;
  /** The last report of the workflow that asks; undefined where none is kept. */
  readonly earlierHealth?: () => Promise<Health | undefined>;
  /** The configured repository behind an Application's `repoURL`; undefined when it is none of ours. */
  readonly repositoryOf: (repoURL: string) => Promise<RepositoryRef | undefined>;
}

/** What a call brings: the whole for the record, and the little that expressions see. */
export interface ToolOutcome {
  readonly problems?: Problems;
  readonly health?: Health;
  readonly output: Readonly<Record<string, unknown>>;
  /** Set while something outside is waited for, in words for people: the call is made again later, and this one leaves no record. */
  readonly waitsFor?: string;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
  readonly tier: Tier;
  /** @throws Refused for input that does not fit, and what the ports throw */
  readonly run: (input: unknown, ports: ToolPorts) => Promise<ToolOutcome>;
}

/** Makes a tool whose `run` gets input that fits its schema. */
export function defineTool<Input>(
  tool: Omit<Tool, "input" | "run"> & { readonly input: z.ZodType<Input>; readonly run: (input: Input, ports: ToolPorts) => Promise<ToolOutcome> },
): Tool {
  return {
    ...tool,
    run: async (raw, ports) => {
      const parsed = tool.input.safeParse(raw);
      if (!parsed.success)
        throw new Refused(`the input of ${tool.name} does not fit: ${z.prettifyError(parsed.error)}`.replace(/\s+/g, " ").slice(0, ERROR_MAX_LENGTH));
      return tool.run(parsed.data, ports);
    },
  };
}

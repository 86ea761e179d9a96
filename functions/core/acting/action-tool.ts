/** What a tool that acts directly is: a look that decides what would be done, and the doing, which looks first and can be repeated. */
import * as z from "zod";
import type { Policy } from "../policy/policy-file.ts";
import type { Actuator } from "../ports/actuator.ts";
import type { Cluster } from "../ports/cluster.ts";
import { Refused } from "../ports/errors.ts";
import type { GitOps } from "../ports/gitops.ts";
import type { Action, Target } from "../records/action.ts";
import { ERROR_MAX_LENGTH } from "../records/limits.ts";

/** What a look may read. */
export interface LookPorts {
  readonly cluster: Cluster;
  readonly gitops: GitOps;
  readonly now: number;
  readonly minuteMs: number;
  readonly policy: Policy;
  /** The default branch of the watched repository behind an address, with its newest commit; undefined when it is none of ours. */
  readonly branchOf: (repoURL: string) => Promise<{ readonly name: string; readonly head: string | undefined } | undefined>;
}

/** What would be done: everything that the record of it needs, and the command that a person would run. */
export interface Intent extends Pick<Action, "subject" | "replicas" | "revision" | "words"> {
  readonly targets: readonly Target[];
  readonly command: string;
}

/** `nothing` and `refusal` are sentences for people. */
export type Looked = { readonly intent: Intent } | { readonly nothing: string } | { readonly refusal: string; readonly command?: string };

/** What the doing came to; `unsure` asks a person, because the look cannot tell whether it happened. */
export type Acted = { readonly done: string } | { readonly later: string } | { readonly unsure: string };

export interface ActPorts {
  readonly actuator: Actuator;
  readonly cluster: Cluster;
  readonly gitops: GitOps;
  /** Right before each call that changes something. @throws Unavailable past the limit, or paused meanwhile */
  readonly guard: () => Promise<void>;
}

export interface DirectAction {
  /** @throws Refused for input that does not fit, and what the ports throw */
  readonly look: (input: unknown, ports: LookPorts) => Promise<Looked>;
  /** Does what the record says, on exactly its objects. Repeating it is harmless. */
  readonly act: (action: Action, ports: ActPorts) => Promise<Acted>;
}

/** Makes an action whose `look` gets input that fits its schema. */
export function defineAction<Input>(
  schema: z.ZodType<Input>,
  action: { readonly look: (input: Input, ports: LookPorts) => Promise<Looked>; readonly act: DirectAction["act"] },
): DirectAction {
  return {
    act: action.act,
    look: async (raw, ports) => {
      const parsed = schema.safeParse(raw);
      if (!parsed.success) throw new Refused(`the input does not fit: ${z.prettifyError(parsed.error)}`.replace(/\s+/g, " ").slice(0, ERROR_MAX_LENGTH));
      return await action.look(parsed.data, ports);
    },
  };
}

/** A name or namespace as Kubernetes takes them: nothing else may stand in a step's input (safety T21). */
export const objectName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "must be a name as Kubernetes has them");

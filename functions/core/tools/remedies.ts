/** From a cause to its remedy: which one is looked for is decided by what is wrong, and each says in words why it is none (design 7.1). */
import { Refused } from "../ports/errors.ts";
import type { Cause } from "../records/finding.ts";
import { correctPort, killedBy, probeOf } from "../triage/remedies/probe-kill.ts";
import type { Remedied } from "../triage/remedies/remedied.ts";
import { correctSelector, SELECTOR } from "../triage/remedies/service-labels.ts";
import { crash, type Troubled, troubledContainers } from "../triage/remedies/troubled.ts";
import type { Snapshot } from "../triage/snapshot.ts";
import { type AppSource, appSource } from "./app-source.ts";
import { editRemedy, type SourcePorts } from "./edit-remedy.ts";
import { architectureOf, lastImageRemedy, pullRemedy, wrongArchitecture } from "./image-remedy.ts";
import { memoryRemedy } from "./memory-remedy.ts";
import { revertRemedy } from "./revert-remedy.ts";
import type { ToolPorts } from "./tool.ts";

type Ports = Pick<ToolPorts, "git" | "renderer" | "cluster" | "repositoryOf">;

/** Looks for the remedy of a cause; what Git refuses to read (binary files, links, too much) is a reason for none. @throws Unavailable */
export async function remedyOf(cause: Cause, snapshot: Snapshot, ports: Ports): Promise<Remedied> {
  try {
    const source = await appSource(cause.object, snapshot, ports);
    if (cause.category === "image-pull") return await pullRemedy(cause, snapshot, { git: ports.git, renderer: ports.renderer, source });
    return "refusal" in source ? source : await remedyInGit(cause, snapshot, { ports, source });
  } catch (error) {
    if (error instanceof Refused) return { refusal: `what is in Git could not be read: ${error.message}`.slice(0, 512) };
    throw error;
  }
}

interface Given {
  readonly ports: Ports;
  readonly source: AppSource;
}

async function remedyInGit(cause: Cause, snapshot: Snapshot, { ports, source }: Given): Promise<Remedied> {
  const given = { git: ports.git, renderer: ports.renderer, source };
  switch (cause.category) {
    case "out-of-memory":
      return await memoryRemedy(cause, snapshot, given);
    case "no-endpoints":
      return await selectorRemedy(cause, snapshot, given);
    case "crash-loop":
    case "wrong-architecture":
      return await crashRemedy(cause, snapshot, { ports, source });
    default:
      return await revertRemedy(cause, snapshot, given);
  }
}

/** A crash by the wrong architecture, or by a probe, has a remedy of its own; every other one is looked for among the commits. */
async function crashRemedy(cause: Cause, snapshot: Snapshot, { ports, source }: Given): Promise<Remedied> {
  const given = { git: ports.git, renderer: ports.renderer, source };
  const [troubled] = troubledContainers(snapshot, cause, (one) => crash(snapshot, one) !== undefined);
  if (!troubled) return await revertRemedy(cause, snapshot, given);
  const line = await wrongArchitecture(troubled, ports.cluster);
  if (line !== undefined || cause.category === "wrong-architecture") {
    const trouble = `${troubled.container.image} is not built for the node's ${architectureOf(snapshot, troubled)} (${line ?? "exec format error"}).`;
    return await lastImageRemedy({ cause, troubled, trouble }, snapshot, given);
  }
  return await probeRemedy(cause, snapshot, { ...given, troubled });
}

/** The commit that changed the probe, else the one port that it can mean. */
async function probeRemedy(cause: Cause, snapshot: Snapshot, given: SourcePorts & { troubled: Troubled }): Promise<Remedied> {
  const kill = killedBy(snapshot, given.troubled);
  if (!kill) return await revertRemedy(cause, snapshot, given);
  const reverted = await revertRemedy(cause, snapshot, { ...given, narrow: probeOf(cause.object.kind, given.troubled, kill) });
  if ("remedy" in reverted) return reverted;
  const corrected = await editRemedy(given, correctPort(cause, given.troubled, kill));
  return eitherRefusal(corrected, reverted);
}

/** The one label that is wrong, else the commit that changed the selector. */
async function selectorRemedy(cause: Cause, snapshot: Snapshot, given: SourcePorts): Promise<Remedied> {
  const service = snapshot.get(cause.object);
  if (!service) return { refusal: "the service is not there any more" };
  const corrected = await editRemedy(given, correctSelector(snapshot, service));
  if ("remedy" in corrected) return corrected;
  return eitherRefusal(await revertRemedy(cause, snapshot, { ...given, narrow: SELECTOR }), corrected);
}

/** A remedy, or what both ways said against one. */
function eitherRefusal(first: Remedied, second: Remedied): Remedied {
  if (!("refusal" in first) || !("refusal" in second)) return first;
  const decide = ("decide" in first ? first.decide : undefined) ?? ("decide" in second ? second.decide : undefined);
  return { refusal: `${first.refusal}; and ${second.refusal}`.slice(0, 512), ...(decide !== undefined && { decide }) };
}

/** What a repository gets: two hooks and a label. */
import type { Hook } from "../../ports/forge-setup.ts";
import type { Repository } from "../../ports/forge.ts";
import { Refused } from "../../ports/errors.ts";
import type { Setup } from "./accounts.ts";
import { MISSING, type Piece, THERE } from "./piece.ts";

/** Two hooks, one for each function that listens (engine.md 5). `issues` and `pull_request` subscribe to all that belongs to them. */
export const HOOKS = [
  { name: "gitea-push", events: ["push"], needs: ["push"] },
  {
    name: "approval-comment",
    events: ["issues", "pull_request"],
    needs: ["issue_comment", "pull_request_comment", "pull_request", "pull_request_sync", "pull_request_review"],
  },
] as const;

export function hookPiece({ settings, forge, secrets }: Setup, repository: Repository, wanted: (typeof HOOKS)[number]): Piece {
  const url = `${settings.address.replace(/\/+$/, "")}/${wanted.name}`;
  const find = async (): Promise<Hook | undefined> => (await forge.hooks(repository)).find((hook) => hook.url === url);
  return {
    name: `hook ${wanted.name} of ${repository.name}`,
    async look() {
      const hook = await find();
      if (!hook) return MISSING;
      if (!hook.active) return { state: "differs", words: "it is switched off" };
      const missing = wanted.needs.filter((event) => !hook.events.includes(event));
      return missing.length === 0 ? THERE : { state: "differs", words: `it does not send ${missing.join(", ")}` };
    },
    preview: () => Promise.resolve([`posts ${wanted.events.join(" and ")} to ${url}`]),
    async make() {
      const secret = secrets.read("webhook-secret");
      if (secret === undefined) throw new Refused("there is no webhook secret");
      // Made anew, because a change of a hook resets what it does not name (contracts 2.3).
      const old = await find();
      if (old) await forge.deleteHook(repository, old.id);
      await forge.createHook(repository, { url, secret, events: wanted.events });
    },
    async undo() {
      const hook = await find();
      if (hook) await forge.deleteHook(repository, hook.id);
      return undefined;
    },
  };
}

const LABEL = { name: "anchorwatch", color: "#1f6feb", description: "What Anchorwatch found and nobody has fixed yet" };

export function labelPiece({ forge }: Setup, repository: Repository): Piece {
  const find = async (): Promise<{ id: number } | undefined> => (await forge.labels(repository)).find(({ name }) => name === LABEL.name);
  return {
    name: `label ${LABEL.name} of ${repository.name}`,
    look: async () => ((await find()) ? THERE : MISSING),
    make: () => forge.createLabel(repository, LABEL),
    async undo() {
      const label = await find();
      if (label) await forge.deleteLabel(repository, label.id);
      return undefined;
    },
  };
}

/** For tests of the real process: dies by SIGKILL at one place of one function, so that nothing can be cleaned up. */
import type { Store } from "../ports/store.ts";
import type { Kind } from "../records/kinds.ts";
import type { Place, Shell } from "../shell/shell.ts";

/** Every place at which a process can be told to die. */
export const PLACES = [
  "before-claim",
  "after-claim",
  "after-effect",
  "after-write",
  "before-store",
  "after-store",
  "after-post",
] as const satisfies readonly Place[];

/** @param where `function:place:count`, or `function:place:count:Kind` for writes of one kind of record */
export function crashAt(where: string | undefined): Shell["checkpoint"] {
  if (where === undefined) return undefined;
  const [name, place, count, only] = where.split(":");
  let seen = 0;
  return (at, functionName, kind) => {
    if (functionName !== name || at !== place || (only !== undefined && kind !== only)) return;
    seen += 1;
    if (seen === Number(count)) process.kill(process.pid, "SIGKILL");
  };
}

/** The shell of an ingress or of the sweep, which claim nothing: each of their writes and posts is a place to die. */
export function withPlaces(shell: Shell, name: string): Shell {
  const { checkpoint, store, events } = shell;
  if (!checkpoint) return shell;
  const around = async <T>(kind: Kind, write: () => Promise<T>): Promise<T> => {
    checkpoint("before-store", name, kind);
    const written = await write();
    checkpoint("after-store", name, kind);
    return written;
  };
  const watched: Store = {
    read: (kind, record) => store.read(kind, record),
    list: (kind, options) => store.list(kind, options),
    create: (...args) => around(args[0], () => store.create(...args)),
    replace: (...args) => around(args[0], () => store.replace(...args)),
    remove: (...args) => around(args[0], () => store.remove(...args)),
  };
  const post: Shell["events"]["post"] = async (event, signal) => {
    await events.post(event, signal);
    checkpoint("after-post", name);
  };
  return { ...shell, store: watched, events: { post } };
}

/** Where the local process keeps what, below its data folder. */
import { join } from "node:path";

export interface LocalFiles {
  readonly store: string;
  readonly world: string;
  readonly secrets: string;
  readonly log: string;
  /** Address and process id of the one that runs. */
  readonly running: string;
}

export function localFiles(directory: string): LocalFiles {
  const at = (name: string): string => join(directory, name);
  return { store: at("anchorwatch.db"), world: at("world.db"), secrets: at("secrets.json"), log: at("anchorwatch.log"), running: at("running.json") };
}

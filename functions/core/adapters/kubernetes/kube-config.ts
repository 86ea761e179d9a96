/** Whom to ask: a kubeconfig as kubectl reads it (file, `KUBECONFIG`, home, in the cluster), and one of its contexts. */
import { KubeConfig } from "@kubernetes/client-node";

export interface KubeConfigChoice {
  /** A file; else as kubectl chooses. */
  readonly kubeconfig?: string | undefined;
  /** A context of it; else its current one. */
  readonly context?: string | undefined;
}

/** @throws Error that says which file or context is wrong */
export function loadKubeConfig({ kubeconfig, context }: KubeConfigChoice): KubeConfig {
  const config = readConfig(kubeconfig);
  if (context !== undefined) chooseContext(config, context);
  const server = config.getCurrentCluster()?.server ?? "";
  if (kubeconfig === undefined && server === NO_CONFIG)
    throw new Error("there is no kubeconfig: name one with --kubeconfig or KUBECONFIG, or read files with --offline");
  if (server === "") throw new Error(`${kubeconfig ?? "kubeconfig"}: the context ${config.getCurrentContext() || "(none is current)"} names no cluster`);
  return config;
}

/** What the library makes up where it finds no file. */
const NO_CONFIG = "http://localhost:8080";

function readConfig(file: string | undefined): KubeConfig {
  const config = new KubeConfig();
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
    return config;
  } catch (error) {
    throw new Error(`${file ?? "kubeconfig"}: ${error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error)}`, { cause: error });
  }
}

function chooseContext(config: KubeConfig, context: string): void {
  const names = config.getContexts().map(({ name }) => name);
  if (!names.includes(context)) throw new Error(`there is no context ${context}; there are: ${names.join(", ") || "none"}`);
  config.setCurrentContext(context);
}

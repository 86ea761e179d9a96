/** The last test of an installation: a test delivery of each hook, and a test alert, fired and waited for (design 9). */
import { createAlertmanagerTest } from "../../adapters/chat/alertmanager.ts";
import { createGiteaForge } from "../../adapters/gitea/forge.ts";
import { createGiteaSetup } from "../../adapters/gitea/setup.ts";
import { createHttp } from "../../adapters/http.ts";
import type { Clock } from "../../ports/clock.ts";
import { ArrivalsSchema, type Arrivals } from "../arrivals.ts";
import type { Settings } from "../settings.ts";
import type { Told } from "./run-setup.ts";

/** Gitea's own queue takes a fifth of a second, Alertmanager its `group_wait`. */
const HOOK_LIMIT_MS = 10_000;
const ALERT_LIMIT_MS = 45_000;
const POLL_MS = 200;

export interface Firing {
  readonly settings: Settings;
  readonly adminToken: string;
  readonly clock: Clock;
}

/** Fires all that can be fired, one after the other. */
export async function* fireDeliveries(firing: Firing): AsyncGenerator<Told> {
  const address = addressOf(firing);
  const problem = await arrivalsAt(address).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const name = `process at ${address}`;
  if (problem !== undefined) {
    yield { name, what: "missing", words: [`${problem}; start it with \`anchorwatch up\``] };
    return;
  }
  yield { name, what: "there", words: [] };
  for (const { name: repository } of firing.settings.gitea.repositories) yield* fireHooks(firing, repository);
  if (firing.settings.alertmanager !== undefined) yield await fireAlert(firing, firing.settings.alertmanager);
}

function addressOf({ settings }: Firing): string {
  return settings.address.replace(/\/+$/, "");
}

/** Gitea's test is a push, so only a hook that sends pushes can be tested; the other goes to the same host with the same secret. */
async function* fireHooks(firing: Firing, repositoryName: string): AsyncGenerator<Told> {
  const { settings, adminToken } = firing;
  const address = addressOf(firing);
  const options = { baseUrl: settings.gitea.url, token: adminToken };
  const forge = createGiteaSetup(options);
  const repository = await createGiteaForge(options).repository(repositoryName);
  const hooks = repository ? await forge.hooks(repository) : [];
  for (const hook of hooks.filter(({ url, events }) => url.startsWith(`${address}/`) && events.includes("push"))) {
    const name = hook.url.slice(address.length + 1);
    const hint = `it was fired and never arrived with our signature: is ${new URL(address).hostname} in Gitea's ALLOWED_HOST_LIST, and can Gitea reach it?`;
    const fire = async (): Promise<void> => (repository ? forge.testHook(repository, hook.id) : undefined);
    yield await fireOne(firing, { what: `delivery ${name} of ${repositoryName}`, name, fire, limitMs: HOOK_LIMIT_MS, hint });
  }
}

function fireAlert(firing: Firing, alertmanager: string): Promise<Told> {
  const hint = "the alert AnchorwatchTest was fired and never arrived: is the receiver in Alertmanager's configuration, with our token?";
  const fire = (): Promise<void> => createAlertmanagerTest({ url: alertmanager })(firing.clock.now());
  return fireOne(firing, { what: "alert AnchorwatchTest", name: "alert-fired", fire, limitMs: ALERT_LIMIT_MS, hint });
}

interface Delivery {
  readonly what: string;
  /** The ingress path that it is to arrive at. */
  readonly name: string;
  readonly fire: () => Promise<void>;
  readonly limitMs: number;
  readonly hint: string;
}

async function fireOne(firing: Firing, { what, name, fire, limitMs, hint }: Delivery): Promise<Told> {
  const { clock } = firing;
  const address = addressOf(firing);
  const since = (await arrivalsAt(address))[name] ?? 0;
  await fire();
  const end = clock.now() + limitMs;
  while (clock.now() < end) {
    if (((await arrivalsAt(address))[name] ?? 0) > since) return { name: what, what: "there", words: [] };
    await new Promise<void>((resolve) => clock.after(POLL_MS, resolve));
  }
  return { name: what, what: "wrong", words: [hint] };
}

async function arrivalsAt(address: string): Promise<Arrivals> {
  const call = { name: `GET ${address}/arrivals`, method: "GET", url: `${address}/arrivals`, timeoutMs: 5_000 };
  const http = createHttp();
  const answer = await http.send(call);
  if (answer.status !== 200) throw http.failure(call, answer, "is it Anchorwatch that answers there?");
  return ArrivalsSchema.parse(JSON.parse(answer.text));
}

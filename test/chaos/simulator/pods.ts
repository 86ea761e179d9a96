/** The functions as pods that may die between any two waits: what one had under way is dropped there, and its caller sees the connection break. */
import type { Hono } from "hono";
import { createHttpEvents } from "../../../functions/core/adapters/broker/http-events.ts";
import { composeFunctions, type Outside } from "../../../functions/core/boot/compose-functions.ts";
import { identitiesOf, type LocalWorld } from "../../../functions/core/boot/local-world.ts";
import type { LocalSecrets } from "../../../functions/core/boot/local-secrets.ts";
import { Unavailable } from "../../../functions/core/ports/errors.ts";
import type { Git } from "../../../functions/core/ports/git.ts";
import type { Log } from "../../../functions/core/ports/log.ts";
import type { Store } from "../../../functions/core/ports/store.ts";
import type { SwitchControl } from "../../../functions/core/ports/switch.ts";
import type { Shell } from "../../../functions/core/shell/shell.ts";
import type { Chance } from "./random.ts";
import type { Time } from "./time.ts";
import type { Weather } from "./weather.ts";

export const MINUTE_MS = 60_000;

/** Where a request ends that nobody will answer any more. */
const NEVER = new Promise<never>(() => undefined);

/** Longest time that a call may be on its way before it happens. */
const SLOWEST_MS = 20_000;

export interface PodOptions {
  readonly world: LocalWorld;
  readonly secrets: LocalSecrets;
  readonly store: Store;
  readonly switch: SwitchControl;
  readonly log: Log;
  readonly time: Time;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly clone: () => Git;
  /** The broker's front. */
  readonly broker: (request: Request) => Promise<Response>;
  readonly trace: (line: string) => void;
  /** Called when the whole process has died. */
  readonly onProcessDeath: () => void;
}

export interface Pods {
  /** Carries a request to a function. @throws Error where the connection breaks */
  call(name: string, request: Request): Promise<Response>;
  /** A life that no function has: the process's own at its start. */
  shell(): Shell;
  readonly deaths: ReadonlyMap<string, number>;
}

interface Life {
  readonly holder: string;
  dead: boolean;
  readonly die: () => void;
  readonly died: Promise<never>;
}

export function createPods(options: PodOptions): Pods {
  const { weather } = options;
  const deaths = new Map<string, number>();
  const lives = new Map<string, { readonly life: Life; readonly app: Hono | undefined }>();
  let born = 0;
  const beBorn = (key: string): Life => {
    born += 1;
    return createLife(`${key}-${born}`, () => {
      lives.delete(key);
      options.trace(`${key} dies`);
      if (weather.shape === "process") options.onProcessDeath();
    });
  };
  let whole = beBorn("process");
  const lifeOf = (name: string): Life => {
    if (weather.shape === "cluster") return beBorn(name);
    if (whole.dead) {
      whole = beBorn("process");
      lives.clear();
    }
    return whole;
  };
  const podOf = (name: string): { readonly life: Life; readonly app: Hono | undefined } => {
    const known = lives.get(name);
    if (known && !known.life.dead) return known;
    const life = lifeOf(name);
    const count = (): void => void deaths.set(name, (deaths.get(name) ?? 0) + 1);
    const shaken = createShaken(options, life, count);
    const pod = { life, app: composeFunctions(shaken.shell, shaken.outside).get(name) };
    lives.set(name, pod);
    return pod;
  };
  return {
    deaths,
    shell: () => createShaken(options, lifeOf("process"), () => undefined).shell,
    async call(name, request) {
      const { life, app } = podOf(name);
      if (!app) return new Response(null, { status: 404 });
      return await Promise.race([Promise.resolve(app.fetch(request)), life.died]);
    },
  };
}

function createLife(holder: string, onDeath: () => void): Life {
  let breakOff = (_error: Error): void => undefined;
  const died = new Promise<never>((_resolve, reject) => {
    breakOff = reject;
  });
  died.catch(() => undefined); // Because most lives end with nobody waiting.
  const life: Life = {
    holder,
    dead: false,
    died,
    die: () => {
      life.dead = true;
      onDeath();
      breakOff(new Error("connection reset"));
    },
  };
  return life;
}

/** A shell and ports of one life, through which bad weather comes. */
/** With a hand on the kill switch, as `approval-comment` has. */
type WholeShell = Parameters<typeof composeFunctions>[0];

function createShaken(options: PodOptions, life: Life, count: () => void): { shell: WholeShell; outside: Outside } {
  const { chance, weather, time, world } = options;
  const luck = (rate: number): boolean => weather.bad && chance.happens(rate);
  const step = async (): Promise<void> => {
    if (life.dead) await NEVER;
    if (luck(weather.crash)) {
      count();
      life.die();
      await NEVER;
    }
    if (luck(weather.slow)) await time.sleep(chance.between(0, SLOWEST_MS));
    else if (chance.happens(0.5)) await time.sleep(chance.between(0, 40));
    if (life.dead) await NEVER;
  };
  /** A call may be lost on its way, or its answer on the way back. */
  const call = async <T>(what: string, apply: () => T | Promise<T>): Promise<T> => {
    await step();
    if (luck(weather.callLost)) throw new Unavailable(`${what}: lost on its way`);
    const answer = await apply();
    await step();
    if (luck(weather.answerLost)) throw new Unavailable(`${what}: its answer was lost`);
    return answer;
  };
  const around = async <T>(_what: string, apply: () => T | Promise<T>): Promise<T> => {
    await step();
    const answer = await apply();
    await step();
    return answer;
  };
  const fetch = (request: Request): Promise<Response> => call(`${request.method} ${new URL(request.url).pathname}`, () => world.forge.app.fetch(request));
  const git = wrap(options.clone(), call);
  const events = createHttpEvents({ sink: "http://broker.local/anchorwatch/default", fetch: (request) => call("POST event", () => options.broker(request)) });
  const shell: WholeShell = {
    store: wrap(options.store, around),
    events,
    clock: time.clock,
    switch: wrap(options.switch, around),
    log: options.log,
    minuteMs: MINUTE_MS,
    holder: life.holder,
  };
  const outside: Outside = {
    ...world.outside,
    identities: (signal) => identitiesOf({ baseUrl: BASE_URL, secrets: options.secrets, clock: time.clock }, fetch, signal),
    git: () => git,
    cluster: wrap(world.outside.cluster, call),
    gitops: wrap(world.outside.gitops, call),
  };
  return { shell, outside };
}

export const BASE_URL = "http://forge.local";

type Around = (what: string, apply: () => unknown) => Promise<unknown>;

/** The same port, each call of a method through `around`. */
function wrap<P extends object>(port: P, around: Around): P {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => around(String(key), () => Reflect.apply(member, target, args));
    },
  });
}

/** Every story at once, in one cluster and one repository: each about an app of its own, so that all can be broken together. */
import { crashLoop } from "./crash-loop.ts";
import { finishedJobs } from "./finished-jobs.ts";
import { BLOG, BLOG_GROWS, home } from "./home.ts";
import { imageNotFound, imageRateLimited, wrongArchitecture } from "./images.ts";
import { LOST_NODE, nodeDown } from "./node-down.ts";
import { outOfMemory } from "./out-of-memory.ts";
import { probeKills } from "./probe-kills.ts";
import { application, type Pushed, type Scenario } from "./scenario.ts";
import { selectorMatchesNothing } from "./selector.ts";

/** One story of many. */
export interface Part {
  /** What its incident is about, as the run's title has it. */
  readonly about: string;
  readonly scenario: Scenario;
}

const SHOP = "shop";

/** The shop's stories, each told of another app. */
const TOLD_OF: readonly (readonly [app: string, scenario: Scenario])[] = [
  [SHOP, crashLoop],
  ["photos", outOfMemory],
  ["wiki", imageNotFound],
  ["feeds", imageRateLimited],
  ["music", wrongArchitecture],
  ["recipes", probeKills],
  ["calendar", selectorMatchesNothing],
];

export const PARTS: readonly Part[] = [
  ...TOLD_OF.map(([app, scenario]) => ({ about: `web/${app}`, scenario: toldOf(app, scenario) })),
  { about: "web", scenario: finishedJobs },
  { about: LOST_NODE, scenario: nodeDown },
];

export const allAtOnce: Scenario = {
  name: "all",
  title: "Everything at once: every story in one cluster and one repository",
  applications: [...TOLD_OF.map(([app]) => application(app, `apps/${app}`)), BLOG],
  healthy: [home("act", Object.fromEntries(PARTS.flatMap(appFiles)))],
  breaking: PARTS[0]?.scenario.breaking ?? crashLoop.breaking,
  after: [...PARTS.slice(1).map(({ scenario }) => scenario.breaking), BLOG_GROWS],
  mishap: {
    words: [finishedJobs, nodeDown].map(({ mishap }) => mishap?.words ?? "").join(", and "),
    happen: (cluster) => PARTS.forEach(({ scenario }) => scenario.mishap?.happen(cluster)),
  },
  trouble: "seven apps are in trouble, finished jobs pile up, and a node is gone",
  end: "told",
};

/** What a story begins with, beside what all begin with. */
function appFiles({ scenario }: Part): readonly (readonly [path: string, text: string | undefined])[] {
  return Object.entries(scenario.healthy[0]?.push.files ?? {}).filter(([path]) => path.startsWith("apps/"));
}

/** The same story of an app of another name: in its folder and in the words of its commits `shop` is that app. */
function toldOf(app: string, scenario: Scenario): Scenario {
  const renamed = (text: string): string => text.replaceAll(/\bshop\b/g, app);
  const move = ([path, text]: readonly [string, string | undefined]): [string, string | undefined] =>
    path.startsWith("apps/shop/") ? [renamed(path), text && renamed(text)] : [path, text];
  const moved = ({ by, push }: Pushed): Pushed => ({
    by,
    push: { ...push, message: renamed(push.message), files: Object.fromEntries(Object.entries(push.files).map(move)) },
  });
  return { ...scenario, healthy: scenario.healthy.map(moved), breaking: moved(scenario.breaking), after: scenario.after.map(moved) };
}

/** Changes of single fields that a policy may call safe or risky: scale, image, resources, the rest of the configuration. */
import { formatObject } from "../records/fields.ts";
import type { Effect } from "../records/plan.ts";
import { namesOnPath } from "./effect-fields.ts";
import { forbid, type Judgement, risky } from "./judgement.ts";

/** Judges a field of an object that no rule of the floor forbids; `replicas` is the most that scaling may reach and stay safe. */
export function judgeConfiguration(effect: Effect, replicas: number): Judgement {
  const name = `${formatObject(effect.object)} ${effect.field}`;
  const names = namesOnPath(effect.field);
  if (effect.field === "spec.replicas") return judgeScale(effect, replicas);
  if (names.at(-1) === "image" && names.some((part) => /^(containers|initContainers)$/.test(part))) return judgeImage(effect);
  if (names.includes("resources") && /limits|requests/.test(effect.field)) return risky(`${name} changes what the pods may use`, "resources");
  return risky(`${name} changes the configuration`, "configuration");
}

function judgeScale({ object, before, after }: Effect, replicas: number): Judgement {
  const count = Number(after ?? Number.NaN);
  const isWithin = before !== undefined && Number.isInteger(count) && count >= 1 && count <= replicas;
  const change = `${formatObject(object)} spec.replicas goes from ${before ?? "unset"} to ${after ?? "unset"}`;
  return isWithin ? { tier: "safe", reason: `${change}, within 1 to ${replicas}`, rule: "scale" } : risky(`${change}, not within 1 to ${replicas}`);
}

function judgeImage({ object, field, before, after }: Effect): Judgement {
  const [old, young] = [splitImage(before), splitImage(after)];
  const name = `${formatObject(object)} ${field}`;
  if (!old || !young) return risky(`${name} changes the image`);
  if (old.registry !== young.registry) return forbid(`${name} would come from another registry: ${young.registry} instead of ${old.registry}`);
  if (old.repository !== young.repository) return risky(`${name} would be another image: ${young.repository} instead of ${old.repository}`);
  return risky(`${name} changes the version of the image`, "image");
}

/** Registry, and repository without tag and digest; Docker Hub where none is named. */
function splitImage(json: string | undefined): { readonly registry: string; readonly repository: string } | undefined {
  const image = json?.replace(/^"|"$/g, "");
  if (image === undefined || image === "") return undefined;
  const repository = image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  const first = repository.split("/", 1)[0] ?? "";
  const isHost = repository.includes("/") && (/[.:]/.test(first) || first === "localhost");
  return { registry: isHost ? first : "docker.io", repository };
}

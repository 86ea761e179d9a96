/** Which fields of two pod templates differ, by name: values are told of images and resources alone, as the others may be secret. */
import { canonicalJson } from "../records/canonical.ts";
import { textAt } from "../records/read-object.ts";

/** A template of a few dozen containers has some hundred fields. */
const MAX_FIELDS = 2_000;
/** Fields that are told; of more than that, a person looks at the objects. */
const MAX_TOLD = 6;

const TELLING = /\.(image|resources\.(limits|requests)\.[a-z0-9./-]+)$/;
/** Set by controllers in every revision. */
const IGNORED = /^metadata\.(labels\.pod-template-hash|labels\.controller-revision-hash|creationTimestamp)$/;

/** The fields that differ, the most telling first: `containers[shop].image from shop:1 to shop:2`. */
export function templateDiff(before: unknown, after: unknown): readonly string[] {
  const [old, young] = [fieldsOf(before), fieldsOf(after)];
  const differing = [...new Set([...old.keys(), ...young.keys()])].filter((path) => old.get(path) !== young.get(path) && !IGNORED.test(path));
  const sorted = [...differing.filter((path) => TELLING.test(path)), ...differing.filter((path) => !TELLING.test(path))];
  const told = sorted.slice(0, MAX_TOLD).map((path) => {
    const name = path.replace(/^spec\./, "");
    return TELLING.test(path) ? `${name} from ${say(old.get(path))} to ${say(young.get(path))}` : name;
  });
  return sorted.length > told.length ? [...told, `${sorted.length - told.length} more fields`] : told;
}

function say(json: string | undefined): string {
  return json === undefined ? "nothing" : json.replace(/^"(.*)"$/, "$1");
}

function fieldsOf(template: unknown): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  collect(template, "", fields);
  return fields;
}

/** Lists whose items have names are walked by name, so that an inserted container does not change all after it; an environment variable is one field. */
function collect(value: unknown, path: string, fields: Map<string, string>): void {
  if (fields.size >= MAX_FIELDS || value === undefined) return;
  if (value === null || typeof value !== "object" || /\.env\[[^\]]*\]$/.test(path)) {
    fields.set(path, canonicalJson(value));
    return;
  }
  if (!Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) collect(inner, path === "" ? key : `${path}.${key}`, fields);
    return;
  }
  const names = value.map((item) => textAt(item, "name"));
  if (names.some((name) => name === undefined) || new Set(names).size < names.length) fields.set(path, canonicalJson(value));
  else for (const [index, item] of value.entries()) collect(item, `${path}[${names[index]}]`, fields);
}

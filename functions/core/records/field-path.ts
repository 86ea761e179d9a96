/** Paths to fields of objects: list items are known by their names, so that a path means the same in Git and in the cluster. */
import * as z from "zod";

/** One step: a key of a mapping, or the list item that has this name. */
const FieldStepSchema = z.union([z.string().min(1).max(317), z.strictObject({ name: z.string().min(1).max(253) })]);

export const FieldPathSchema = z.array(FieldStepSchema).min(1).max(20).readonly();
export type FieldPath = z.infer<typeof FieldPathSchema>;

/** Appends a key to a path as people read it: `metadata.labels["a/b"]`. */
export function joinField(field: string, key: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${field}[${JSON.stringify(key)}]`;
  return field === "" ? key : `${field}.${key}`;
}

/** Appends a list item, known by its name: `containers[shop]`. */
export function joinItem(field: string, name: string): string {
  return `${field}[${/^[\w.-]+$/.test(name) ? name : JSON.stringify(name)}]`;
}

/** Writes a path as plans do: `spec.template.spec.containers[shop].image`. */
export function formatField(path: FieldPath): string {
  return path.reduce<string>((field, step) => (typeof step === "string" ? joinField(field, step) : joinItem(field, step.name)), "");
}

/** The value at a path of a plain object; undefined where there is none. */
export function valueAtPath(object: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof step === "string") return value !== null && typeof value === "object" && !Array.isArray(value) ? Reflect.get(value, step) : undefined;
    return Array.isArray(value)
      ? value.find((item: unknown) => item !== null && typeof item === "object" && Reflect.get(item, "name") === step.name)
      : undefined;
  }, object);
}

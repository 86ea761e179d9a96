/** Storage classes that contradict each other. */
import { instantAt, refOf } from "../../records/read-object.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import { defaultClasses } from "../storage-objects.ts";

/** Finds a second default StorageClass: claims without a class get the youngest, whatever was meant. */
export const findSecondDefaultClass: Analyzer = (snapshot) => {
  const classes = [...defaultClasses(snapshot)].sort(
    (a, b) => (instantAt(b, "metadata", "creationTimestamp") ?? 0) - (instantAt(a, "metadata", "creationTimestamp") ?? 0),
  );
  const [youngest, ...others] = classes;
  if (!youngest || others.length === 0) return [];
  const names = others.map((one) => one.metadata.name).join(", ");
  return [
    findingOf(refOf(youngest), {
      category: "two-default-storage-classes",
      message: `more than one StorageClass is the default: ${youngest.metadata.name} and ${names}; claims without a class get the youngest (${youngest.metadata.name})`,
      evidence: [["metadata.annotations[storageclass.kubernetes.io/is-default-class]", "true"]],
      since: instantAt(youngest, "metadata", "creationTimestamp"),
    }),
  ];
};

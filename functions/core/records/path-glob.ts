/** Globs over paths of a repository, as policy files have them: `*` within a part, `**` over parts. */

/** Tells whether a path matches; every part of the glob is bounded by `/` or the end. */
export function matchesGlob(path: string, glob: string): boolean {
  const parts = glob.split(/(\*\*\/|\*\*|\*)/).map((part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "s").test(path);
}

/** Paths and texts that no change of ours may hold, whatever asked for it (safety T16, F6-F9). */

const MAX_PATH_BYTES = 512;
/** Files that change how Git itself reads the repository. */
const GIT_FILES = new Set([".git", ".gitmodules", ".gitattributes"]);
/** An ordinary file, executable or not; links and submodules are something else. */
const FILE_MODES = new Set(["100644", "100755"]);
/** Control and format characters, bidirectional and zero-width ones among them, and line separators. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Says why a path is refused; undefined = it is a plain path inside the repository. */
export function refusePath(path: string): string | undefined {
  const shown = JSON.stringify(path.slice(0, 80));
  if (path === "" || Buffer.byteLength(path) > MAX_PATH_BYTES) return `the path ${shown} is empty or longer than ${MAX_PATH_BYTES} bytes`;
  if (path.startsWith("/") || path.includes("\\") || INVISIBLE.test(path))
    return `the path ${shown} is absolute or holds a character that paths here may not have`;
  if (/%(2e|2f|5c|00)/i.test(path)) return `the path ${shown} is percent-encoded`;
  if (path.normalize("NFC") !== path) return `the path ${shown} is not in Unicode normal form C`;
  for (const part of path.split("/")) {
    if (part === "" || part === "." || part === "..") return `the path ${shown} does not stay where it is`;
    // `.git ` and `.GIT` are `.git` on other file systems.
    if (GIT_FILES.has(part.trim().toLowerCase().replace(/\.+$/, ""))) return `the path ${shown} changes how Git reads the repository`;
  }
  return undefined;
}

/** Tells whether a path is `directory` or below it; "" and "." are the whole repository. */
export function isBelow(path: string, directory: string): boolean {
  const clean = directory.replace(/^\.?\/+|\/+$/g, "");
  return clean === "" || clean === "." || path === clean || path.startsWith(`${clean}/`);
}

/** Says why a file's mode is refused: links and submodules. */
export function refuseMode(path: string, mode: string): string | undefined {
  return FILE_MODES.has(mode) ? undefined : `${path} is ${mode === "120000" ? "a symbolic link" : "a submodule"}, no ordinary file`;
}

/** Says why a text is refused: Git LFS keeps it elsewhere, or it is binary. */
export function refuseText(path: string, text: string): string | undefined {
  if (text.startsWith("version https://git-lfs.github.com/spec/")) return `${path} is kept by Git LFS`;
  return text.includes("\u0000") ? `${path} is binary` : undefined;
}

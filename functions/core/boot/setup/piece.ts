/** One thing that an installation needs at the forge: looked at by `doctor`, made by `init`, undone by `uninstall` (design 9). */

export type Look =
  | { readonly state: "there" }
  | { readonly state: "missing" }
  /** There, but not as it has to be; `words` say what is wrong. */
  | { readonly state: "differs"; readonly words: string };

export interface Piece {
  /** What people call it, stable: the list of what was made is kept by it. */
  readonly name: string;
  look(): Promise<Look>;
  /** What making it would change, a line each, where the name alone does not say it. */
  preview?(): Promise<readonly string[]>;
  /** Makes or mends it. @returns what was there before, if something was, so that it can be put back */
  make(): Promise<unknown>;
  /** Takes it away again, or puts back what was there before. @returns what is left of it, in words */
  undo(before: unknown): Promise<string | undefined>;
}

export const THERE: Look = { state: "there" };
export const MISSING: Look = { state: "missing" };

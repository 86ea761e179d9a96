/** The name of a change's branch: the way from a pull request back to its run, without asking the store (engine.md 5). */

const PREFIX = "anchorwatch/";
const NAME = /^anchorwatch\/([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)-([1-9][0-9]{0,3})$/;
const MAX_LENGTH = 256;

export function branchName(run: string, change: number): string {
  return `${PREFIX}${run}-${change}`;
}

/** Reads run and change from the name of a branch. @returns undefined for a branch that is not ours */
export function parseBranch(name: string): { readonly run: string; readonly change: number } | undefined {
  const match = name.length <= MAX_LENGTH ? NAME.exec(name) : null;
  return match?.[1] && match[2] ? { run: match[1], change: Number(match[2]) } : undefined;
}

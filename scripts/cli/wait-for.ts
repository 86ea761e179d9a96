/** Waiting for a condition, with a deadline. */

const POLL_MS = 50;

/** @returns what the condition gave, or undefined when the time was over */
export async function waitFor<T>(condition: () => T | undefined | Promise<T | undefined>, limitMs: number): Promise<T | undefined> {
  const until = Date.now() + limitMs;
  while (Date.now() < until) {
    const found = await condition();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return undefined;
}

/** Words of a step or a look as a sentence that stands alone. */

/** A capital letter, where the first word is a plain one: an image, a commit or a login with a dash is written as it is. */
export function capitalize(words: string): string {
  return words.replace(/^[a-z]+(?= )/, (word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
}

/** One line ends in a full stop; several lines, and what has its own end, stay as they are. */
export function ended(words: string): string {
  return words === "" || words.includes("\n") || /[.!?:`]$/.test(words) ? words : `${words}.`;
}

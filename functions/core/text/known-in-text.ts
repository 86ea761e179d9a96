/** Finds many known secrets in many texts: most texts have none, and that is told in one pass. */
import { knownSecrets, redact } from "./redact.ts";

/** Every known secret is at least this long in every form. */
const START_LENGTH = 8;

/** Most secrets that are sought; a cluster has hundreds, a hostile dump has millions. */
const MAX_SECRETS = 5_000;
/** Longer values are certificates, files, releases of Helm: no text repeats them as a whole. */
const SECRET_MAX_LENGTH = 1024;

/** A weak password that is a word cannot be told from the word: taking it out would make the messages of `postgres` unreadable. */
const WORD = /^[a-z]{1,12}$/;

export interface KnownInText {
  /** Remembers a secret. */
  add(secret: string): void;
  /** Takes all that were added out of a text. */
  blank(text: string): string;
  /** Tells whether any was added. */
  any(): boolean;
}

export function createKnownInText(): KnownInText {
  const secrets = new Set<string>();
  let prepared: { readonly forms: ReadonlyMap<string, readonly string[]>; readonly size: number } | undefined;
  const prepare = (): ReadonlyMap<string, readonly string[]> => {
    if (prepared?.size === secrets.size) return prepared.forms;
    const forms = new Map<string, string[]>();
    for (const form of knownSecrets([...secrets])) {
      const start = form.slice(0, START_LENGTH);
      const same = forms.get(start);
      if (same) same.push(form);
      else forms.set(start, [form]);
    }
    prepared = { forms, size: secrets.size };
    return forms;
  };
  return {
    any: () => secrets.size > 0,
    add(secret) {
      const value = secret.trim();
      if (!WORD.test(value) && value.length >= START_LENGTH && value.length <= SECRET_MAX_LENGTH && secrets.size < MAX_SECRETS) secrets.add(value);
    },
    blank(text) {
      const forms = prepare();
      const found = new Set<string>();
      for (let at = 0; at + START_LENGTH <= text.length; at += 1) {
        for (const form of forms.get(text.slice(at, at + START_LENGTH)) ?? []) if (text.startsWith(form, at)) found.add(form);
      }
      return found.size === 0
        ? text
        : redact(
            text,
            [...found].sort((a, b) => b.length - a.length),
          );
    },
  };
}

/** Attribute values as HTTP header values: percent-encoded where a header cannot carry them (contracts 4.2). */

/** Printable ASCII without space, `"` and `%`. */
const PLAIN = /^[\x21\x23\x24\x26-\x7e]$/;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Percent-encodes everything else as UTF-8 bytes. */
export function encodeHeader(value: string): string {
  return Array.from(value, (char) => (PLAIN.test(char) ? char : percentEncode(char))).join("");
}

function percentEncode(char: string): string {
  return [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

/** Un-quotes a double-quoted value, then decodes one round of percent-encoding; what is no valid encoding stays as it is. */
export function decodeHeader(value: string): string {
  const quoted = /^"(.*)"$/s.exec(value)?.[1]?.replace(/\\(.)/gs, "$1");
  return (quoted ?? value).replace(/(%[0-9a-f]{2})+/gi, percentDecode);
}

function percentDecode(encoded: string): string {
  try {
    return UTF8.decode(Buffer.from(encoded.replaceAll("%", ""), "hex"));
  } catch {
    return encoded;
  }
}

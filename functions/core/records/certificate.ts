/** What a TLS Secret's certificate says of itself: public facts, read at the edge so that nothing else of the Secret goes further. */
import { X509Certificate } from "node:crypto";
import * as z from "zod";
import { textAt, valueAt } from "./read-object.ts";

/** Longest text in which a certificate is looked for: a chain of ten has less. */
const PEM_MAX_LENGTH = 64 * 1024;
const MAX_NAMES = 20;

export const CertificateFactsSchema = z.object({
  /** Until when it is good, RFC 3339. */
  notAfter: z.iso.datetime().max(40),
  /** The hosts that it is for. */
  names: z.array(z.string().max(253)).max(MAX_NAMES),
});
export type CertificateFacts = z.infer<typeof CertificateFactsSchema>;

/** The facts of a Secret of type `kubernetes.io/tls`: those that the edge left, else those of its own data; undefined where there are none. */
export function certificateOf(secret: unknown): CertificateFacts | undefined {
  if (textAt(secret, "type") !== "kubernetes.io/tls") return undefined;
  const left = CertificateFactsSchema.safeParse(valueAt(secret, "certificate"));
  if (left.success) return left.data;
  const encoded = textAt(secret, "data", "tls.crt");
  const plain = textAt(secret, "stringData", "tls.crt");
  return readCertificate(plain ?? Buffer.from((encoded ?? "").slice(0, 2 * PEM_MAX_LENGTH), "base64").toString("latin1"));
}

/** The first certificate of a PEM text, which is the server's own. */
function readCertificate(pem: string): CertificateFacts | undefined {
  const block = /-----BEGIN CERTIFICATE-----[^-]{1,65536}-----END CERTIFICATE-----/.exec(pem.slice(0, PEM_MAX_LENGTH))?.[0];
  if (block === undefined) return undefined;
  try {
    const { validTo, subjectAltName = "", subject } = new X509Certificate(block);
    const alternatives = [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s"]{1,253})/g)].flatMap(([, name]) => name ?? []);
    const common = /^CN=([^\n,]{1,253})/m.exec(subject ?? "")?.[1];
    const names = alternatives.length > 0 || common === undefined ? alternatives : [common];
    const facts = CertificateFactsSchema.safeParse({ notAfter: new Date(validTo).toISOString(), names: names.slice(0, MAX_NAMES) });
    return facts.success ? facts.data : undefined;
  } catch {
    return undefined; // It is no certificate, or one of a date that no calendar has: nothing can be told of it.
  }
}

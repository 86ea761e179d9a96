/** TLS Secrets whose certificate has expired, where no cert-manager renews it and something serves it. */
import { refOf } from "../../records/read-object.ts";
import { type Analyzer, findingOf } from "../finding-of.ts";
import { usedTlsSecrets } from "../tls-secrets.ts";

/** Finds certificates past their time; those that soon will be are for the health report. */
export const findExpiredTlsSecrets: Analyzer = (snapshot) =>
  usedTlsSecrets(snapshot).flatMap(({ secret, certificate }) => {
    const until = Date.parse(certificate.notAfter);
    if (until > snapshot.now) return [];
    const hosts = certificate.names.slice(0, 3).join(", ");
    return [
      findingOf(refOf(secret), {
        category: "certificate-expired",
        message: `the certificate${hosts === "" ? "" : ` for ${hosts}`} expired at ${certificate.notAfter.slice(0, 16)}Z and nothing renews it, so clients refuse it`,
        evidence: [["tls.crt notAfter", certificate.notAfter]],
        since: until,
      }),
    ];
  });

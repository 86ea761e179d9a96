/** Certificates of cert-manager that are not issued, not renewed or expired, with what the ACME server or the issuer said. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { instantAt, refOf, textAt, valueAt } from "../../records/read-object.ts";
import { conditionEvidence, conditionNamed, isOlder, sayCondition } from "../condition-view.ts";
import { findAt, findObject, objectsOf, wasRead } from "../find-at.ts";
import { type Analyzer, quote, type Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

const GROUP = "cert-manager.io";
const ACME = "acme.cert-manager.io";
/** What cert-manager puts before every answer to its self check, with the URL twice. */
const SELF_CHECK = /^Waiting for \S+ challenge propagation: (failed to perform self check GET request '[^']*': )?/;
/** Issuing by ACME takes a minute or two, DNS a few more. */
const ISSUING_MS = 10 * 60_000;

/** Finds Certificates in trouble; of one chain (request, order, challenge) what stands deepest is the reason. */
export const findCertificateTrouble: Analyzer = findAt(GROUP, ["Certificate"], (certificate, snapshot) => [
  expired(certificate, snapshot) ?? notReady(certificate, snapshot) ?? notRenewed(certificate, snapshot),
]);

function expired(certificate: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const until = instantAt(certificate, "status", "notAfter");
  if (until === undefined || until > snapshot.now) return undefined;
  return {
    category: "certificate-expired",
    message: `the certificate expired at ${new Date(until).toISOString()}, so clients refuse it${because(certificate, snapshot)}`,
    evidence: [["status.notAfter", textAt(certificate, "status", "notAfter")]],
    since: until,
    blames: issuerToBlame(certificate, snapshot),
  };
}

function notReady(certificate: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const ready = conditionNamed(certificate, "Ready");
  if (!ready || ready.status === "True") return undefined;
  const since = ready.since ?? instantAt(certificate, "metadata", "creationTimestamp");
  const reason = because(certificate, snapshot);
  const hasFailed = conditionNamed(certificate, "Issuing")?.reason === "Failed" || valueAt(certificate, "status", "lastFailureTime") !== undefined;
  if (
    !hasFailed &&
    !isOlder(since, ISSUING_MS, snapshot.now) &&
    issuerToBlame(certificate, snapshot) === undefined &&
    missingIssuer(certificate, snapshot) === ""
  )
    return undefined;
  return {
    category: "certificate-not-ready",
    message: `the certificate is not Ready${missingIssuer(certificate, snapshot)}${reason === "" ? `: ${sayCondition(ready)}` : reason}`,
    evidence: [...conditionEvidence(ready), ["spec.secretName", textAt(certificate, "spec", "secretName")]],
    since,
    blames: issuerToBlame(certificate, snapshot),
  };
}

function notRenewed(certificate: KubernetesObject, snapshot: Snapshot): Seen | undefined {
  const due = instantAt(certificate, "status", "renewalTime");
  const hasFailed = conditionNamed(certificate, "Issuing")?.reason === "Failed";
  if (!hasFailed && !isOlder(due, 60 * 60_000, snapshot.now)) return undefined;
  const until = textAt(certificate, "status", "notAfter");
  return {
    category: "certificate-not-renewed",
    message: `the certificate is to be renewed since ${textAt(certificate, "status", "renewalTime") ?? "its last attempt"} and is not; it expires at ${until ?? "a time that is not known"}${because(certificate, snapshot)}`,
    evidence: [
      ["status.renewalTime", textAt(certificate, "status", "renewalTime")],
      ["status.notAfter", until],
    ],
    since: due,
    blames: issuerToBlame(certificate, snapshot),
  };
}

interface Issuer {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

function issuerOf(certificate: KubernetesObject): Issuer {
  const kind = textAt(certificate, "spec", "issuerRef", "kind") ?? "Issuer";
  return {
    group: textAt(certificate, "spec", "issuerRef", "group") ?? GROUP,
    kind,
    name: textAt(certificate, "spec", "issuerRef", "name") ?? "",
    namespace: kind === "ClusterIssuer" ? undefined : certificate.metadata.namespace,
  };
}

function issuerToBlame(certificate: KubernetesObject, snapshot: Snapshot): Seen["blames"] {
  const issuer = issuerOf(certificate);
  const found = issuer.group === GROUP ? findObject(snapshot, issuer, issuer) : undefined;
  return found && conditionNamed(found, "Ready")?.status === "False" ? refOf(found) : undefined;
}

function missingIssuer(certificate: KubernetesObject, snapshot: Snapshot): string {
  const issuer = issuerOf(certificate);
  const isGone = issuer.group === GROUP && wasRead(snapshot, issuer) && !findObject(snapshot, issuer, issuer);
  return isGone ? `; ${issuer.kind} ${issuer.name} does not exist` : "";
}

/** What the deepest object of the certificate's chain says, with words of the ACME server where there are any. */
function because(certificate: KubernetesObject, snapshot: Snapshot): string {
  const requests = owned(snapshot, GROUP, "CertificateRequest", [certificate]).filter((one) => conditionNamed(one, "Ready")?.status !== "True");
  const orders = owned(snapshot, ACME, "Order", requests).filter((one) => textAt(one, "status", "state") !== "valid");
  const challenges = owned(snapshot, ACME, "Challenge", orders).filter((one) => textAt(one, "status", "state") !== "valid");
  const challenge = challenges.find((one) => textAt(one, "status", "reason") !== undefined);
  if (challenge) {
    const type = textAt(challenge, "spec", "type") ?? "ACME";
    return `: the ${type} challenge for ${textAt(challenge, "spec", "dnsName") ?? ""} is ${textAt(challenge, "status", "state") ?? "pending"}: ${quote((textAt(challenge, "status", "reason") ?? "").replace(SELF_CHECK, ""), 150)}`;
  }
  const order = orders.find((one) => textAt(one, "status", "reason") !== undefined);
  if (order) return `: the order is ${textAt(order, "status", "state") ?? "pending"}: ${quote(textAt(order, "status", "reason") ?? "")}`;
  const [request] = requests.flatMap((one) => conditionNamed(one, "Denied") ?? conditionNamed(one, "InvalidRequest") ?? conditionNamed(one, "Ready") ?? []);
  if (request) return `: ${sayCondition(request)}`;
  const issuing = conditionNamed(certificate, "Issuing");
  return issuing && issuing.message !== "" ? `: ${quote(issuing.message)}` : "";
}

function owned(snapshot: Snapshot, group: string, kind: string, owners: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objectsOf(snapshot, { group, kind }).filter((object) =>
    owners.some(
      (owner) =>
        owner.metadata.namespace === object.metadata.namespace &&
        object.metadata.ownerReferences?.some((reference) => reference.kind === owner.kind && reference.name === owner.metadata.name) === true,
    ),
  );
}

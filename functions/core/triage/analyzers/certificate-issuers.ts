/** Issuers of cert-manager that cannot issue, and the kubelets' own certificate requests that nobody approves. */
import { instantAt, textAt } from "../../records/read-object.ts";
import { conditionEvidence, conditionsOf, failingCondition, isOlder, sayCondition } from "../condition-view.ts";
import { findAt } from "../find-at.ts";
import type { Analyzer } from "../finding-of.ts";

/** Requests that are approved by a controller are so at once. */
const APPROVING_MS = 15 * 60_000;

/** Finds Issuers and ClusterIssuers that are not Ready. */
export const findIssuerTrouble: Analyzer = findAt("cert-manager.io", ["Issuer", "ClusterIssuer"], (issuer, snapshot) => {
  const ready = failingCondition(issuer, "Ready", snapshot.now);
  return [
    ready && {
      category: "issuer-not-ready",
      message: `the ${issuer.kind} ${issuer.metadata.name} is not Ready, so it issues and renews no certificates: ${sayCondition(ready)}`,
      evidence: conditionEvidence(ready),
      since: ready.since,
    },
  ];
});

/** Finds CertificateSigningRequests that wait for an approval or failed; without it the API server gets no logs and metrics-server no metrics. */
export const findSigningRequests: Analyzer = findAt("certificates.k8s.io", ["CertificateSigningRequest"], (request, snapshot) => {
  const since = instantAt(request, "metadata", "creationTimestamp");
  const failed = conditionsOf(request).find((one) => one.type === "Failed" && one.status !== "False");
  const isPending = conditionsOf(request).length === 0 && textAt(request, "status", "certificate") === undefined;
  if (!failed && !(isPending && isOlder(since, APPROVING_MS, snapshot.now))) return [];
  const signer = textAt(request, "spec", "signerName") ?? "";
  const who = textAt(request, "spec", "username") ?? "";
  return [
    {
      category: "signing-request-pending",
      message: failed
        ? `the certificate request of ${who} failed (${signer}): ${sayCondition(failed)}`
        : `the certificate request of ${who} is Pending: nobody approves it (${signer})`,
      evidence: [
        ["spec.signerName", signer],
        ["spec.username", who],
      ],
      since,
    },
  ];
});

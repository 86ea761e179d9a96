/** Ingresses that their controller or cert-manager refuses as they are written; only an Event says so. */
import { refOf } from "../../records/read-object.ts";
import { isOlder } from "../condition-view.ts";
import { findAt } from "../find-at.ts";
import { type Analyzer, quote } from "../finding-of.ts";

/** Controllers say it again at each sync. */
const RECENT_MS = 60 * 60_000;
/** ingress-nginx, NGINX's own controller, cert-manager's shim, AWS, HAProxy; what follows with another reason may be its end. */
const REFUSALS = /^(Rejected|RejectedWithError|AddedOrUpdatedWithError|BadConfig|FailedBuildModel|FailedDeployModel|InvalidConfiguration)$/;
const ACCEPTED = /^(Sync|AddedOrUpdated|SuccessfullyReconciled|CreateCertificate|UpdateCertificate)$/;

/** Finds Ingresses whose last word from a controller is a refusal. */
export const findRefusedIngresses: Analyzer = findAt("networking.k8s.io", ["Ingress"], (ingress, snapshot) => {
  const events = snapshot.eventsOf(refOf(ingress));
  const refusal = events.findLast((event) => REFUSALS.test(event.reason));
  if (!refusal || isOlder(refusal.lastAt, RECENT_MS, snapshot.now)) return [];
  const isOver = events.some((event) => ACCEPTED.test(event.reason) && (event.lastAt ?? 0) > (refusal.lastAt ?? 0));
  if (isOver) return [];
  return [
    {
      category: "ingress-refused",
      message: `the Ingress is refused as it is written, so it is not served: ${refusal.reason}: ${quote(refusal.message)}`,
      evidence: [[`Event ${refusal.reason}`, refusal.message]],
      since: refusal.firstAt,
    },
  ];
});

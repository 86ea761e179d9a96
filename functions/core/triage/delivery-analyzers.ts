/** Analyzers of what brings things into the cluster and to each other: traffic, certificates, secrets, GitOps, events. */
import { findApplicationSetTrouble, findApplicationWarnings, findStuckOperations } from "./analyzers/application-operations.ts";
import { findApplicationTrouble } from "./analyzers/application.ts";
import { findIssuerTrouble, findSigningRequests } from "./analyzers/certificate-issuers.ts";
import { findCertificateTrouble } from "./analyzers/certificates.ts";
import { findCustomConditions, findKnownStatus } from "./analyzers/custom-status.ts";
import { findFluxTrouble } from "./analyzers/flux.ts";
import { findGatewayTrouble, findRouteTrouble } from "./analyzers/gateway-routes.ts";
import { findIngressAnnotations } from "./analyzers/ingress-annotations.ts";
import { findIngressBackEnds, findIngressSecrets } from "./analyzers/ingress-back-ends.ts";
import { findIngressClasses } from "./analyzers/ingress-class.ts";
import { findCutIngresses } from "./analyzers/ingress-policy.ts";
import { findRefusedIngresses } from "./analyzers/ingress-events.ts";
import { findDuplicatePaths } from "./analyzers/ingress-duplicates.ts";
import { findKnativeTrouble, findMissingBrokers } from "./analyzers/knative.ts";
import { findCutCalls, findCutDns } from "./analyzers/network-policy.ts";
import { findExternalSecretTrouble, findSealedSecretTrouble, findStoreTrouble } from "./analyzers/secret-sources.ts";
import { findServiceEndpoints } from "./analyzers/service-endpoints.ts";
import { findPendingLoadBalancers, findTargetPorts } from "./analyzers/service-ports.ts";
import { findTraefikRoutes } from "./analyzers/traefik-routes.ts";
import { findConversionTrouble, findWebhookTrouble } from "./analyzers/webhooks.ts";
import type { Analyzer } from "./finding-of.ts";

/** From the reasons to what suffers by them. */
export const DELIVERY_ANALYZERS: readonly Analyzer[] = [
  findCutDns,
  findCutCalls,
  findCutIngresses,
  findTargetPorts,
  findServiceEndpoints,
  findPendingLoadBalancers,
  findIssuerTrouble,
  findCertificateTrouble,
  findSigningRequests,
  findStoreTrouble,
  findExternalSecretTrouble,
  findSealedSecretTrouble,
  findIngressClasses,
  findRefusedIngresses,
  findIngressBackEnds,
  findIngressSecrets,
  findIngressAnnotations,
  findTraefikRoutes,
  findDuplicatePaths,
  findGatewayTrouble,
  findRouteTrouble,
  findWebhookTrouble,
  findConversionTrouble,
  findKnownStatus,
  findKnativeTrouble,
  findMissingBrokers,
  findFluxTrouble,
  findCustomConditions,
  findApplicationSetTrouble,
  findApplicationTrouble,
  findStuckOperations,
  findApplicationWarnings,
];

/** What extends the API server: aggregated APIs that do not answer, and custom resource definitions that were not taken. */
import { textAt } from "../../records/read-object.ts";
import { troubleOfCall } from "../back-end-trouble.ts";
import { conditionEvidence, conditionNamed, sayCondition } from "../condition-view.ts";
import { findAt } from "../find-at.ts";
import type { Analyzer } from "../finding-of.ts";

/** What people miss when one of these is away. */
const MEANINGS: Readonly<Record<string, string>> = {
  "metrics.k8s.io": "`kubectl top` and autoscaling do not work",
  "custom.metrics.k8s.io": "autoscaling by custom metrics does not work",
  "external.metrics.k8s.io": "autoscaling by external metrics does not work",
};

/** Finds APIServices that are not Available; while one is, namespaces cannot be deleted either. */
export const findApiServiceTrouble: Analyzer = findAt("apiregistration.k8s.io", ["APIService"], (api, snapshot) => {
  const available = conditionNamed(api, "Available");
  if (available?.status !== "False" && available?.status !== "Unknown") return [];
  const namespace = textAt(api, "spec", "service", "namespace");
  const name = textAt(api, "spec", "service", "name");
  const trouble = namespace === undefined || name === undefined ? undefined : troubleOfCall(snapshot, { namespace, name });
  const meaning = MEANINGS[textAt(api, "spec", "group") ?? ""] ?? "its resources cannot be read, and deleting namespaces hangs";
  return [
    {
      category: "api-service-unavailable",
      message: `the API ${api.metadata.name} is not available, so ${meaning} (${sayCondition(available)})`,
      evidence: conditionEvidence(available),
      since: available.since,
      blames: trouble?.blames,
    },
  ];
});

/** Finds definitions that the API server does not serve. */
export const findDefinitionTrouble: Analyzer = findAt("apiextensions.k8s.io", ["CustomResourceDefinition"], (crd) => {
  const [condition] = ["NamesAccepted", "Established"].flatMap((type) => {
    const one = conditionNamed(crd, type);
    return one?.status === "False" && one.reason !== "Installing" ? [one] : [];
  });
  return [
    condition && {
      category: "crd-not-established",
      message: `the custom resource definition is not served: ${condition.type} is False (${sayCondition(condition)})`,
      evidence: conditionEvidence(condition),
      since: condition.since,
    },
  ];
});

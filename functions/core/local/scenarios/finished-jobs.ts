/** Jobs that somebody makes by hand and nobody deletes: cleared without a pull request, because nothing in Git made them. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import type { LocalCluster } from "../cluster/cluster.ts";
import { BLOG, home, push } from "./home.ts";
import type { Scenario } from "./scenario.ts";

const script = `#!/bin/sh
# One import for each file. The jobs have no ttlSecondsAfterFinished, so they stay.
for file in "$@"; do kubectl create job --namespace web "import-$(basename "$file")" --image ghcr.io/acme/import:1.0.0 -- import "$file"; done
`;

/** How many there are: more than the alert's rule allows. They ran long ago. */
export const JOB_COUNT = 24;

function jobs(): readonly KubernetesObject[] {
  return Array.from({ length: JOB_COUNT }, (_item, index) => ({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `import-${String(index + 1).padStart(2, "0")}`,
      namespace: "web",
      creationTimestamp: `2026-01-05T03:${String(index + 1).padStart(2, "0")}:00Z`,
    },
    spec: {
      backoffLimit: 6,
      completions: 1,
      parallelism: 1,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "import", image: "ghcr.io/acme/import:1.0.0" }] } },
    },
  }));
}

function makeJobs(cluster: LocalCluster): void {
  for (const job of jobs()) cluster.apply(job);
}

/** A CronJob that still counts every one of them as running, as one whose controller is behind does. */
function makeJobsOfCronJob(cluster: LocalCluster): void {
  makeJobs(cluster);
  const active = cluster
    .now()
    .filter((object) => object.kind === "Job")
    .map(({ apiVersion, kind, metadata: { name, namespace, uid } }) => ({ apiVersion, kind, name, namespace, uid }));
  cluster.apply({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "import", namespace: "web" },
    spec: { schedule: "*/5 * * * *", jobTemplate: { spec: {} } },
    status: { active },
  });
}

export const finishedJobs: Scenario = {
  name: "finished-jobs",
  title: "Finished jobs pile up, and nothing in Git made them",
  applications: [BLOG],
  healthy: [home("act")],
  breaking: push("ben", "A script that imports files", { "scripts/import.sh": script }),
  after: [],
  mishap: { words: "ben runs it for two dozen files", happen: makeJobs },
  trouble: "two dozen finished jobs stay",
  end: "told",
};

/** Its twin that is left alone: a CronJob still counts the jobs as running. */
export const activeJobs: Scenario = {
  ...finishedJobs,
  name: "finished-jobs-active",
  title: "Jobs that look finished, and that a CronJob still counts as running",
  mishap: { words: "a CronJob runs it for two dozen files", happen: makeJobsOfCronJob },
};

/** Its twin in the mode that does nothing directly: a person is told the command. */
export const proposedJobs: Scenario = {
  ...finishedJobs,
  name: "finished-jobs-propose",
  title: "Finished jobs pile up, and the policy allows no direct action",
  healthy: [home("propose")],
};

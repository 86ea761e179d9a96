/** Whose objects an action is about: the repositories whose apps bring them, each of which has a policy of its own. */
import type { Cluster } from "../ports/cluster.ts";
import type { GitOps } from "../ports/gitops.ts";
import type { ObjectRef } from "../records/fields.ts";
import type { KubernetesObject } from "../records/kubernetes-object.ts";
import { textAt } from "../records/read-object.ts";
import type { RepositoryOf, WatchedRepository } from "../shell/watched-repository.ts";
import { applicationOf, ownerAppOf } from "../triage/owner-app.ts";
import { createSnapshot } from "../triage/snapshot.ts";

interface OwnerPorts {
  readonly cluster: Pick<Cluster, "read">;
  readonly gitops: Pick<GitOps, "applications">;
  readonly repositoryOf: RepositoryOf;
}

/** Those that are watched, each once; none for what no app brings. @throws Unavailable, Refused */
export async function ownersOf(subject: ObjectRef, ports: OwnerPorts): Promise<readonly WatchedRepository[]> {
  const owners = new Map<number, WatchedRepository>();
  for (const app of await appsOf(subject, ports)) {
    const repository = await ports.repositoryOf(ownerAppOf(app).repoURL);
    if (repository) owners.set(repository.id, repository);
  }
  return [...owners.values()];
}

/** Of a namespace, all that deploy into it: what an action there touches may be anybody's. */
async function appsOf(subject: ObjectRef, { cluster, gitops }: OwnerPorts): Promise<readonly KubernetesObject[]> {
  const applications = await gitops.applications();
  if (subject.kind === "Namespace") return applications.filter((app) => textAt(app, "spec", "destination", "namespace") === subject.name);
  const object = await cluster.read(subject);
  const app = applicationOf(createSnapshot([...(object ? [object] : []), ...applications], 0), subject);
  return app ? [app] : [];
}

/** The events around a pod, as the scheduler, the kubelet and the controllers write them. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { containerEvents } from "./container-events.ts";
import { type About, type Seen, toEvent } from "./event-object.ts";
import type { Lived } from "./pod-object.ts";
import type { PodRecord, ReplicaSetRecord, Rollout, RolloutContext } from "./rollout.ts";

function scheduled(about: About, pod: PodRecord): KubernetesObject {
  const seen: Seen = {
    reason: "Scheduled",
    message: `Successfully assigned ${about.namespace}/${pod.name} to ${pod.node}`,
    type: "Normal",
    first: pod.createdAt,
    last: pod.createdAt,
    count: 1,
    component: "default-scheduler",
  };
  const { count: _count, ...event } = toEvent(about, seen);
  return {
    ...event,
    action: "Binding",
    eventTime: `${new Date(pod.createdAt).toISOString().slice(0, 19)}.000000Z`,
    firstTimestamp: null,
    lastTimestamp: null,
    reportingInstance: "default-scheduler-pi5-a",
    source: {},
  };
}

/** Everything said about a pod and its replica set's making of it. */
export function podEvents(set: ReplicaSetRecord, pod: PodRecord, given: { context: RolloutContext; lives: readonly Lived[] }): readonly KubernetesObject[] {
  const { namespace } = given.context;
  const about: About = { apiVersion: "v1", kind: "Pod", name: pod.name, uid: pod.uid, namespace, host: pod.node };
  const created = toEvent(
    { apiVersion: "apps/v1", kind: "ReplicaSet", name: set.name, uid: set.uid, namespace },
    {
      reason: "SuccessfulCreate",
      message: `Created pod: ${pod.name}`,
      type: "Normal",
      first: pod.createdAt,
      last: pod.createdAt,
      count: 1,
      component: "replicaset-controller",
    },
  );
  return [scheduled(about, pod), created, ...given.lives.flatMap((lived) => containerEvents(about, lived))];
}

/** What the controllers said when they made the sets and their pods. */
export function rolloutEvents(rollout: Rollout, { namespace, name }: RolloutContext): readonly KubernetesObject[] {
  return rollout.sets
    .filter(({ pods }) => pods.length > 0)
    .map((set) =>
      toEvent(
        { apiVersion: "apps/v1", kind: "Deployment", name, uid: rollout.uid, namespace },
        {
          type: "Normal",
          count: 1,
          reason: "ScalingReplicaSet",
          message: `Scaled up replica set ${set.name} from 0 to ${set.pods.length}`,
          first: set.createdAt,
          last: set.createdAt,
          component: "deployment-controller",
        },
      ),
    );
}

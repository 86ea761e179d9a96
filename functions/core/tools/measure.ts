/** What the health report asks of metrics: how full volumes and disks are, how near containers come to their memory, when certificates end. */
import { Refused, Unavailable } from "../ports/errors.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Measured, MetricSample } from "../records/health.ts";

interface Question {
  /** A metric without which the answer would be empty for another reason than that all is well. */
  readonly metric: string;
  readonly query: string;
}

const DISK = '{fstype!~"tmpfs|ramfs|overlay|squashfs|nsfs|fuse.*|iso9660",mountpoint!~"/(boot|run|snap|var/lib/(kubelet|containerd|k0s/containerd)/).*"}';
const used = (available: string, size: string, selector = ""): string => `1 - ${available}${selector} / ${size}${selector}`;
/** In seconds, as the last day went; only where more is used and it takes less than a week. */
const fills = (available: string, selector = ""): string => `${available}${selector} / clamp_min(-deriv(${available}${selector}[1d]), 1) < 604800`;

const QUESTIONS: Readonly<Record<keyof Measured, Question>> = {
  volumes: { metric: "kubelet_volume_stats_capacity_bytes", query: used("kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes") },
  volumesFill: { metric: "kubelet_volume_stats_capacity_bytes", query: fills("kubelet_volume_stats_available_bytes") },
  disks: { metric: "node_filesystem_size_bytes", query: used("node_filesystem_avail_bytes", "node_filesystem_size_bytes", DISK) },
  disksFill: { metric: "node_filesystem_size_bytes", query: fills("node_filesystem_avail_bytes", DISK) },
  memory: {
    metric: "container_memory_working_set_bytes",
    query:
      'max by (namespace, pod, container) (max_over_time(container_memory_working_set_bytes{container!="",container!="POD"}[1d])) / on (namespace, pod, container) max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"}) > 0.9',
  },
  certificates: { metric: "probe_ssl_earliest_cert_expiry", query: "probe_ssl_earliest_cert_expiry < time() + 14 * 86400" },
};

/** Asks everything; what is not answered is said for itself, and keeps nothing else from being told. */
export async function measure(metrics: Metrics | undefined): Promise<Measured> {
  const asked = async (name: keyof Measured): Promise<Answer> => (metrics ? ask(metrics, QUESTIONS[name]) : NO_METRICS);
  const [volumes, volumesFill, disks, disksFill, memory, certificates] = await Promise.all([
    asked("volumes"),
    asked("volumesFill"),
    asked("disks"),
    asked("disksFill"),
    asked("memory"),
    asked("certificates"),
  ]);
  return { volumes, volumesFill, disks, disksFill, memory, certificates };
}

type Answer = readonly MetricSample[] | string;

const NO_METRICS = "no Prometheus is named (`prometheus` in anchorwatch.yaml, --prometheus on the command line)";

async function ask(metrics: Metrics, { metric, query }: Question): Promise<Answer> {
  try {
    const [present] = await metrics.query(`count(${metric})`);
    return present ? await metrics.query(query) : `Prometheus has no \`${metric}\``;
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unavailable)) throw error;
    return `Prometheus did not answer: ${error.message}`.slice(0, 300);
  }
}

/** What Knative Serving takes of a Service without feature flags (contracts 5.8, its definition in the CRD). */
import * as z from "zod";
import { metadata } from "./metadata-schema.ts";

/** Seconds that a request may take at most (`max-revision-timeout-seconds`). */
const MAX_TIMEOUT_SECONDS = 600;

const seconds = z.number().int().min(1).max(MAX_TIMEOUT_SECONDS, `expected 1 <= timeoutSeconds <= ${MAX_TIMEOUT_SECONDS}`);
const texts = z.array(z.string());
const quantities = z.record(z.string(), z.union([z.string(), z.number()]));
const named = z.strictObject({ name: z.string(), optional: z.boolean().optional() });
const keyed = z.strictObject({ name: z.string(), key: z.string(), optional: z.boolean().optional() });

const probe = z.strictObject({
  httpGet: z
    .strictObject({
      path: z.string().optional(),
      port: z.union([z.number(), z.string()]).optional(),
      host: z.string().optional(),
      scheme: z.string().optional(),
      httpHeaders: z.array(z.unknown()).optional(),
    })
    .optional(),
  tcpSocket: z.strictObject({ port: z.union([z.number(), z.string()]).optional(), host: z.string().optional() }).optional(),
  exec: z.strictObject({ command: texts }).optional(),
  grpc: z.strictObject({ port: z.number().optional(), service: z.string().optional() }).optional(),
  initialDelaySeconds: z.int32().optional(),
  periodSeconds: z.int32().optional(),
  timeoutSeconds: z.int32().optional(),
  successThreshold: z.int32().optional(),
  failureThreshold: z.int32().optional(),
});

const securityContext = z.strictObject({
  allowPrivilegeEscalation: z.boolean().optional(),
  privileged: z.boolean().optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  runAsNonRoot: z.boolean().optional(),
  runAsUser: z.int().optional(),
  runAsGroup: z.int().optional(),
  capabilities: z.strictObject({ add: texts.optional(), drop: texts.optional() }).optional(),
  seccompProfile: z.strictObject({ type: z.string(), localhostProfile: z.string().optional() }).optional(),
});

const container = z.strictObject({
  name: z.string().optional(),
  image: z.string().min(1),
  imagePullPolicy: z.string().optional(),
  command: texts.optional(),
  args: texts.optional(),
  workingDir: z.string().optional(),
  env: z
    .array(
      z.strictObject({
        name: z.string(),
        value: z.string().optional(),
        valueFrom: z.strictObject({ configMapKeyRef: keyed.optional(), secretKeyRef: keyed.optional() }).optional(),
      }),
    )
    .optional(),
  envFrom: z.array(z.strictObject({ prefix: z.string().optional(), configMapRef: named.optional(), secretRef: named.optional() })).optional(),
  ports: z
    .array(z.strictObject({ containerPort: z.int32(), name: z.string().optional(), protocol: z.string().optional() }))
    .length(1)
    .optional(),
  resources: z.strictObject({ requests: quantities.optional(), limits: quantities.optional() }).optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  startupProbe: probe.optional(),
  securityContext: securityContext.optional(),
  volumeMounts: z
    .array(
      z.strictObject({
        name: z.string(),
        mountPath: z.string(),
        subPath: z.string().optional(),
        readOnly: z.boolean().optional(),
        mountPropagation: z.string().optional(),
      }),
    )
    .optional(),
  terminationMessagePath: z.string().optional(),
  terminationMessagePolicy: z.string().optional(),
});

const source = z.looseObject({});
const volume = z.strictObject({
  name: z.string(),
  secret: source.optional(),
  configMap: source.optional(),
  projected: source.optional(),
  emptyDir: source.optional(),
});

const podSpec = z.strictObject({
  serviceAccountName: z.string().optional(),
  automountServiceAccountToken: z.boolean().optional(),
  enableServiceLinks: z.boolean().optional(),
  imagePullSecrets: z.array(z.strictObject({ name: z.string() })).optional(),
  containerConcurrency: z.int().min(0).max(1000).default(0),
  timeoutSeconds: seconds.default(300),
  responseStartTimeoutSeconds: seconds.optional(),
  idleTimeoutSeconds: seconds.optional(),
  containers: z.array(container).length(1),
  volumes: z.array(volume).optional(),
});

const templateMetadata = z.strictObject({
  name: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
});

export const ServiceSchema = z.strictObject({
  apiVersion: z.literal("serving.knative.dev/v1"),
  kind: z.literal("Service"),
  metadata,
  spec: z.strictObject({
    template: z.strictObject({ metadata: templateMetadata.optional(), spec: podSpec }),
    traffic: z
      .array(
        z.strictObject({
          latestRevision: z.boolean().optional(),
          revisionName: z.string().optional(),
          percent: z.int().optional(),
          tag: z.string().optional(),
        }),
      )
      .optional(),
  }),
});
export type Service = z.infer<typeof ServiceSchema>;

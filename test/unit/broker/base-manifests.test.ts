/** The manifests that the cluster gets are those that the local broker reads, and they say what the catalog of events says. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse, parseAllDocuments } from "yaml";
import * as z from "zod";
import { describe, expect, it } from "vitest";
import { EVENTS, PING_TYPE } from "../../../functions/core/events/catalog.ts";
import { durationMs } from "../../../functions/core/local/broker/manifest-schemas.ts";
import { readTopology } from "../../../functions/core/local/broker/topology.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const BASE = `${ROOT}manifests/base/`;

const files = readdirSync(BASE).map((path) => ({ path, text: readFileSync(`${BASE}${path}`, "utf8") }));
const topology = readTopology(files);
const containers = topology.services.flatMap(({ metadata, spec }) => spec.template.spec.containers.map((container) => [metadata.name, container] as const));

/** Called from outside, so always one pod of each (design 9). */
const INGRESS: ReadonlySet<string> = new Set(["alert-fired", "approval-comment", "gitea-push"]);

/** These have clones, which are written to a file system that is otherwise read-only. */
const CLONING: ReadonlySet<string> = new Set(["gitea-push", "approval-comment", "tool-call", "safe-action", "change-plan", "change-merge", "change-verify"]);

/** One for each source file. */
const FUNCTIONS = readdirSync(`${ROOT}functions`)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.slice(0, -".ts".length));

describe("manifests/base", () => {
  it("has a service for each function, and a function for each service", () => {
    expect(topology.services.map(({ metadata }) => metadata.name).toSorted()).toEqual(FUNCTIONS.toSorted());
  });

  it("is listed file by file in its kustomization", () => {
    const { resources } = z.looseObject({ resources: z.array(z.string()) }).parse(parse(readFileSync(`${BASE}kustomization.yaml`, "utf8")));
    expect(resources.toSorted()).toEqual(
      files
        .map(({ path }) => path)
        .filter((path) => path !== "kustomization.yaml")
        .toSorted(),
    );
  });

  it("has exactly one Trigger for each type of event, to its one consumer", () => {
    const triggers = topology.triggers.map(({ spec }) => `${spec.filter?.attributes?.["type"]} to ${spec.subscriber.ref?.name}`);
    const catalog = [...EVENTS.map(({ type, consumer }) => `${type} to ${consumer}`), `${PING_TYPE} to cron-tick`];
    expect(triggers.toSorted()).toEqual(catalog.toSorted());
  });

  it("ticks each minute, by an event that only our PingSource sends", () => {
    const [ping] = topology.pings;
    const trigger = topology.triggers.find(({ metadata }) => metadata.name === "cron-tick");
    expect(topology.pings).toHaveLength(1);
    expect(ping?.spec.schedule).toBe("* * * * *");
    expect(trigger?.spec.filter?.attributes?.["source"]).toBe(`/apis/v1/namespaces/anchorwatch/pingsources/${ping?.metadata.name}`);
  });

  it("answers a sender before it delivers, and has a dead letter sink", () => {
    expect(topology.brokers).toMatchObject([{ async: true, delivery: { deadLetterSink: { ref: { name: "dead-letter" } } } }]);
  });

  it.each(topology.triggers.map((trigger) => [trigger.metadata.name, trigger] as const))(
    "gives the Trigger %s all of its delivery, as it replaces the Broker's",
    (_name, { spec }) => {
      expect(Object.keys(spec.delivery ?? {}).toSorted()).toEqual(["backoffDelay", "backoffPolicy", "deadLetterSink", "retry", "timeout"]);
      expect(spec.subscriber.uri).toBe("/events");
      const service = topology.services.find(({ metadata }) => metadata.name === spec.subscriber.ref?.name);
      expect(durationMs(spec.delivery?.timeout ?? "")).toBeGreaterThanOrEqual((service?.spec.template.spec.timeoutSeconds ?? Infinity) * 1000);
    },
  );

  it.each(topology.services.map((service) => [service.metadata.name, service] as const))(
    "keeps the service %s small and inside",
    (name, { metadata, spec }) => {
      const { spec: pod, metadata: template } = spec.template;
      expect(metadata.labels).toMatchObject({ "networking.knative.dev/visibility": "cluster-local" });
      expect(template?.annotations?.["autoscaling.knative.dev/min-scale"]).toBe(INGRESS.has(name) ? "1" : "0");
      expect(template?.annotations?.["autoscaling.knative.dev/max-scale"]).toMatch(/^[1-9]$/);
      expect(pod).toMatchObject({ serviceAccountName: name, enableServiceLinks: false });
      expect(serviceAccounts()).toContain(name);
      expect(existsSync(`${BASE}${name}.yaml`)).toBe(true);
    },
  );

  it.each(containers)("lets the container of %s do nothing that it need not", (name, { args, resources = {}, securityContext, volumeMounts = [] }) => {
    expect(args).toEqual([name]);
    expect(Object.keys({ ...resources.requests })).toEqual(["cpu", "memory"]);
    expect(Object.keys({ ...resources.limits })).toEqual(["memory"]);
    expect(securityContext).toEqual({
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toEqual(CLONING.has(name) ? ["/tmp"] : []);
  });
});

function serviceAccounts(): readonly string[] {
  const schema = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }).optional() });
  const documents = files.flatMap(({ text }) => parseAllDocuments(text)).map((document) => schema.parse(document.toJS()));
  return documents.filter(({ kind }) => kind === "ServiceAccount").map(({ metadata }) => metadata?.name ?? "");
}

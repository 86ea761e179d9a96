/** The local broker does what Knative's own broker did, recording by recording, but where a decision says otherwise. */
import { parseAllDocuments } from "yaml";
import * as z from "zod";
import { describe, expect, it } from "vitest";
import { DECISIONS } from "./decisions.ts";
import { recordedSpec, recordingsOf } from "./recordings.ts";
import { recordedManifests, replay } from "./replay.ts";

const ManifestSchema = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }), spec: z.unknown() });

const GROUPS = {
  "delivery formats": "A",
  "replies and loops": "B",
  filters: "C",
  "errors, retries, dead letters": "D",
  "ingress answers": "E",
  "synchronous and asynchronous": "F",
  "inherited delivery and odd replies": "K",
  "long error bodies": "Z",
};

describe.each(Object.entries(GROUPS))("%s", (_name, group) => {
  it.each(recordingsOf(group).map((recording) => [recording.scenario, recording] as const))("%s", async (scenario, recording) => {
    const differences = await replay(recording);
    const decided = DECISIONS.filter((decision) => decision.scenario === scenario).flatMap((decision) => decision.differences);
    expect(differences.toSorted()).toEqual(decided.toSorted());
  });
});

describe("decisions", () => {
  it("are about recordings that there are", () => {
    const scenarios = new Set(recordingsOf(Object.values(GROUPS).join("")).map(({ scenario }) => scenario));
    expect(DECISIONS.filter(({ scenario }) => !scenarios.has(scenario))).toEqual([]);
  });
});

describe("the manifests of the replays", () => {
  const specs = new Map(
    recordedManifests()
      .flatMap(({ text }) => parseAllDocuments(text))
      .map((document) => ManifestSchema.parse(document.toJS()))
      .map(({ kind, metadata, spec }) => [`${kind.toLowerCase()}-${metadata.name}`, spec]),
  );

  it.each(["broker-default", "broker-bdls", "trigger-d-plain", "trigger-e-503x2", "trigger-k-inherit"])("have %s as the API server had it", (name) => {
    expect(specs.get(name)).toEqual(recordedSpec(name));
  });
});

import { describe, expect, it } from "vitest";
import { checkImages, type ImageAnswer, newImages } from "../../../functions/core/checks/check-images.ts";
import { checkSchema } from "../../../functions/core/checks/check-schema.ts";
import { checkSecrets } from "../../../functions/core/checks/check-secrets.ts";
import { checkVolumes } from "../../../functions/core/checks/check-volumes.ts";
import { checksText } from "../../../functions/core/text/checks-text.ts";
import { cluster, deployment, node, object, touched } from "./a-workload.ts";

const DEFINITION = {
  root: {
    type: "object",
    required: ["spec"],
    properties: { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: { type: "object" }, spec: { $ref: "#/components/schemas/Spec" } },
  },
  others: {
    Spec: {
      type: "object",
      required: ["selector"],
      properties: {
        replicas: { type: "integer" },
        selector: { type: "object" },
        port: { format: "int-or-string" },
        policy: { type: "string", enum: ["Always", "Never"] },
        template: { allOf: [{ $ref: "#/components/schemas/Template" }], default: {} },
      },
    },
    Template: {
      type: "object",
      properties: {
        items: { type: "array", items: { $ref: "#/components/schemas/Item" } },
        labels: { type: "object", additionalProperties: { type: "string" } },
      },
    },
    Item: { type: "object", properties: { name: { type: "string" } } },
  },
};

const thing = (spec: string): string => `{ apiVersion: x/v1, kind: Thing, metadata: { name: a }, spec: ${spec} }`;
const schemaOf = (after: string, before?: string): ReturnType<typeof checkSchema> =>
  checkSchema(touched(before, after).map((one) => ({ ...one, definition: DEFINITION })));

describe("fields", () => {
  it.each([
    ["{ selector: {}, replcas: 2 }", "spec.replcas is no field of this kind: the API server refuses it, or drops it"],
    ['{ selector: {}, replicas: "2" }', "spec.replicas has to be a whole number, and is a text"],
    ["{ replicas: 2 }", "spec.selector is required and missing"],
    ["{ selector: {}, policy: Sometimes }", "spec.policy has to be one of Always, Never"],
    [
      "{ selector: {}, template: { items: [{ name: shop, pth: / }] } }",
      "spec.template.items[shop].pth is no field of this kind: the API server refuses it, or drops it",
    ],
    ["{ selector: {}, template: { labels: { app: 3 } } }", "spec.template.labels.app has to be a text, and is a number"],
  ])("%s is refused with its place", (spec, words) => {
    expect(schemaOf(thing(spec))).toEqual({ about: "schema", outcome: "refused", words: `Thing a: ${words}` });
  });

  it("that fit are checked, null is taken as not set, and both a number and a text are a port", () => {
    expect(schemaOf(thing("{ selector: {}, replicas: null, port: web }"))).toMatchObject({ outcome: "checked" });
    expect(schemaOf(thing("{ selector: {}, port: 80 }"))).toMatchObject({ outcome: "checked" });
  });

  it("that were wrong before do not stand in the way of another change, and are named", () => {
    expect(schemaOf(thing("{ selector: {}, replcas: 2, replicas: 3 }"), thing("{ selector: {}, replcas: 2 }"))).toMatchObject({
      outcome: "checked",
      words: expect.stringContaining("was so before"),
    });
  });

  it("of a kind without a definition are not checked, and that is said", () => {
    const check = checkSchema(touched(undefined, thing("{}")).map((one) => ({ ...one, definition: { missing: "no definition of Thing in x/v1 is at hand" } })));
    expect(check).toEqual({ about: "schema", outcome: "not-checked", words: "Thing a: no definition of Thing in x/v1 is at hand" });
  });
});

describe("secrets", () => {
  const of = (after: string, before = ""): string => checkSecrets([{ path: "a.yaml", before, after }], new Set(["shop-db"])).outcome;

  it.each([
    ["a token in an environment variable", "env:\n  - name: DB_PASSWORD\n    value: hunter2hunter2\n"],
    ["a Secret in the clear", "apiVersion: v1\nkind: Secret\nmetadata: { name: x }\nstringData:\n  anything: abcdefgh\n"],
    ["a private key in a config map", "data:\n  key: |\n    -----BEGIN PRIVATE KEY-----\n    MIIBVgIBADANBg\n    -----END PRIVATE KEY-----\n"],
  ])("%s is refused, and the words do not hold it", (_name, after) => {
    const check = checkSecrets([{ path: "a.yaml", before: "", after }]);
    expect(check).toMatchObject({ outcome: "refused", words: expect.stringMatching(/^a\.yaml:\d+ would hold what looks like a secret/) });
    expect(check.words).not.toMatch(/hunter2|abcdefgh|MIIB/);
  });

  it.each([
    ["a SealedSecret", "kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq\n"],
    ["a file of sops", "kind: Secret\nstringData:\n  password: ENC[AES256_GCM,data:p673w==,type:str]\nsops:\n  version: 3.8.1\n"],
    ["a reference by name", "auth:\n  existingSecret: shop-login\n  passwordRef: shop-login\n"],
    ["the name of a Secret that there is", "secret: shop-db\n"],
    ["a place to be filled in", "password: ${DB_PASSWORD}\n"],
    ["an image", "image: ghcr.io/acme/shop:1.4.2\n"],
  ])("%s is none", (_name, after) => {
    expect(of(after)).toBe("checked");
  });

  it("one that stood there before is not this change's, one beside a sealed document is", () => {
    const before = "password: hunter2hunter2\nreplicas: 1\n";
    expect(of(before.replace("1\n", "2\n"), before)).toBe("checked");
    expect(of("kind: SealedSecret\nspec: { encryptedData: { token: AgBy3i4OJSWK } }\n---\npassword: hunter2hunter2\n")).toBe("refused");
  });
});

describe("volumes", () => {
  const mounts = "[{ name: data, mountPath: /data }]";
  const claim = ", volumes: [{ name: data, persistentVolumeClaim: { claimName: shop-data } }]";

  it("a mount of no volume is refused", () => {
    const check = checkVolumes(touched(deployment(), deployment({ mounts })), { after: [] }, cluster(node("pi-1")));
    expect(check).toMatchObject({ outcome: "refused", words: "Deployment web/shop: container app mounts data, which is no volume of the pod" });
  });

  it("a claim is looked for in Git and in the cluster", () => {
    const change = touched(deployment(), deployment({ mounts, spec: claim }));
    const declared = object("{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: shop-data, namespace: web } }");
    expect(checkVolumes(change, { after: [] }, cluster(node("pi-1")))).toMatchObject({
      outcome: "refused",
      words: expect.stringContaining("its claim shop-data is neither in Git nor in the cluster"),
    });
    expect(checkVolumes(change, { after: [declared] }, cluster(node("pi-1")))).toMatchObject({ outcome: "checked" });
    expect(checkVolumes(change, { after: [] }, undefined)).toMatchObject({ outcome: "not-checked" });
  });

  it("are not looked at where the change leaves them alone", () => {
    expect(checkVolumes(touched(deployment({ mounts }), deployment({ mounts, image: "shop:2" })), { after: [] }, undefined)).toBeUndefined();
  });
});

describe("images", () => {
  const change = touched(deployment(), deployment({ image: "shop:2" }));
  const ask = (answers: Record<string, ImageAnswer>, ...nodes: string[]): ReturnType<typeof checkImages> =>
    checkImages(newImages(change), new Map(Object.entries(answers)), cluster(...nodes));

  it("built for the nodes are checked", () => {
    expect(ask({ "shop:2": { platforms: ["linux/amd64", "linux/arm64"] } }, node("pi-1"))).toMatchObject({
      outcome: "checked",
      words: "shop:2 is there, built for linux/amd64, linux/arm64",
    });
  });

  it("that are not there, or built for another architecture, are refused", () => {
    expect(ask({ "shop:2": { missing: true } }, node("pi-1"))).toMatchObject({ outcome: "refused", words: "the registry has no shop:2" });
    expect(ask({ "shop:2": { platforms: ["linux/amd64"] } }, node("pi-1"))).toMatchObject({
      outcome: "refused",
      words: expect.stringContaining("linux/arm64"),
    });
  });

  it("that lack one of several architectures are refused, unless the image before lacked it, too", () => {
    const nodes = [node("pi-1"), node("nuc", { architecture: "amd64" })];
    expect(ask({ "shop:2": { platforms: ["linux/arm64"] }, "shop:1": { platforms: ["linux/arm64", "linux/amd64"] } }, ...nodes)).toMatchObject({
      outcome: "refused",
    });
    expect(ask({ "shop:2": { platforms: ["linux/arm64"] }, "shop:1": { platforms: ["linux/arm64"] } }, ...nodes)).toMatchObject({ outcome: "checked" });
  });

  it("of a registry that cannot be asked are not checked, and nothing is asked where no image changes", () => {
    expect(ask({ "shop:2": { unknown: "the registry cannot be asked (no answer in time)" } }, node("pi-1"))).toMatchObject({ outcome: "not-checked" });
    expect(newImages(touched(deployment(), deployment({ replicas: 2 })))).toEqual([]);
  });
});

it("the pull request lists what was checked, and what was not and why", () => {
  const text = checksText([
    { about: "schema", outcome: "checked", words: "the object fits" },
    { about: "images", outcome: "not-checked", words: "the registry cannot be asked (no answer in time)" },
  ]);
  expect(text).toBe("- Fields, checked: the object fits.\n- Images, **not checked**: the registry cannot be asked (no answer in time).");
  expect(checksText(undefined)).toBe("");
});

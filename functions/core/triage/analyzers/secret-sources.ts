/** Secrets that do not arrive: External Secrets and their stores, and Sealed Secrets that cannot be decrypted. */
import type { KubernetesObject } from "../../records/kubernetes-object.ts";
import { refOf, textAt } from "../../records/read-object.ts";
import { conditionEvidence, conditionNamed, type ConditionView, failingCondition, isOlder, sayCondition } from "../condition-view.ts";
import { findAt, findObject, wasRead } from "../find-at.ts";
import { type Analyzer, quote, type Seen } from "../finding-of.ts";
import type { Snapshot } from "../snapshot.ts";

const GROUP = "external-secrets.io";
/** The controller of Sealed Secrets tries again for minutes. */
const RECENT_MS = 60 * 60_000;

/** Finds stores that cannot be reached or do not accept us. */
export const findStoreTrouble: Analyzer = findAt(GROUP, ["SecretStore", "ClusterSecretStore"], (store, snapshot) => {
  const ready = failingCondition(store, "Ready", snapshot.now);
  return [ready && trouble("secret-store-not-ready", `the ${store.kind} ${store.metadata.name} is not Ready, so no ExternalSecret of it is synced`, ready)];
});

/** Finds ExternalSecrets that are not synced; where their store is not ready, that is the cause. */
export const findExternalSecretTrouble: Analyzer = findAt(GROUP, ["ExternalSecret", "ClusterExternalSecret", "PushSecret"], (secret, snapshot) => {
  const ready = failingCondition(secret, "Ready", snapshot.now);
  if (!ready) return [];
  const store = storeOf(secret, snapshot);
  const target = textAt(secret, "spec", "target", "name") ?? secret.metadata.name;
  const seen = trouble(
    "external-secret-not-ready",
    `the ${secret.kind} ${secret.metadata.name} is not synced, so Secret ${target} is missing or old${store.words}`,
    ready,
  );
  return [{ ...seen, blames: store.blames }];
});

function storeOf(secret: KubernetesObject, snapshot: Snapshot): { readonly words: string; readonly blames?: Seen["blames"] } {
  const kind = textAt(secret, "spec", "secretStoreRef", "kind") ?? "SecretStore";
  const name = textAt(secret, "spec", "secretStoreRef", "name");
  if (name === undefined) return { words: "" };
  const store = findObject(snapshot, { group: GROUP, kind }, { name, namespace: kind === "SecretStore" ? secret.metadata.namespace : undefined });
  if (!store) return { words: wasRead(snapshot, { group: GROUP, kind }) ? ` (${kind} ${name} does not exist)` : "" };
  return { words: "", blames: failingCondition(store, "Ready", snapshot.now) && refOf(store) };
}

/** Finds SealedSecrets that the controller has no key for, mostly those sealed for another cluster, name or namespace. */
export const findSealedSecretTrouble: Analyzer = findAt("bitnami.com", ["SealedSecret"], (sealed, snapshot) => {
  const what = `the SealedSecret cannot be decrypted, so Secret ${sealed.metadata.name} is missing or old`;
  const synced = conditionNamed(sealed, "Synced");
  if (synced) return [synced.status === "False" ? trouble("sealed-secret-not-decrypted", what, synced) : undefined];
  const said = snapshot
    .eventsOf(refOf(sealed))
    .filter((event) => event.reason === "ErrUnsealFailed" || event.reason === "Unsealed")
    .at(-1);
  if (said?.reason !== "ErrUnsealFailed" || isOlder(said.lastAt, RECENT_MS, snapshot.now)) return [];
  return [
    {
      category: "sealed-secret-not-decrypted",
      message: `${what}: ${quote(said.message)}`,
      evidence: [["Event ErrUnsealFailed", said.message]],
      since: said.firstAt,
    },
  ];
});

function trouble(category: string, what: string, condition: ConditionView): Seen {
  return { category, message: `${what}: ${sayCondition(condition)}`, evidence: conditionEvidence(condition), since: condition.since };
}

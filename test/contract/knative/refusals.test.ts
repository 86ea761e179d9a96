/** What Knative's admission webhook refused of a Trigger is refused here, in its words; what it took is taken. */
import { describe, expect, it } from "vitest";
import { readTopology } from "../../../functions/core/local/broker/topology.ts";
import { REFUSAL_DECISIONS } from "./decisions.ts";
import { webhookRefusals } from "./recordings.ts";
import { recordedManifests, triggerOf } from "./replay.ts";

/** The words of the webhook or of the API server, without those of `kubectl`. */
function wordsOf(message: string): string {
  const said = /(?:validation failed: |strict decoding error: )([^\n]*)/.exec(message)?.[1] ?? message;
  return said.replace(/:$/, "");
}

function complaint(name: string, spec: Readonly<Record<string, unknown>>): string | undefined {
  const complete = { broker: "default", subscriber: { uri: "http://127.0.0.1:9600/x" }, ...spec };
  try {
    readTopology([...recordedManifests(), triggerOf(`bad-${name}`, complete)]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("a Trigger's fields", () => {
  const recorded = Object.entries(webhookRefusals()).filter(([name]) => !(name in REFUSAL_DECISIONS));

  it.each(recorded.filter(([, { accepted }]) => accepted))("%s is taken", (name, { spec = {} }) => {
    expect(complaint(name, spec)).toBeUndefined();
  });

  it.each(recorded.filter(([, { accepted }]) => !accepted))("%s is refused, with the place", (name, { spec = {}, message }) => {
    expect(complaint(name, spec)).toMatch(new RegExp(`^bad-${name}\\.yaml:1:\\d+: `));
    expect(complaint(name, spec)).toContain(wordsOf(message));
  });

  it.each(Object.entries(REFUSAL_DECISIONS).filter(([, { words }]) => words !== undefined))("%s is refused by decision", (name, { words }) => {
    const { spec = {}, message = "" } = webhookRefusals()[name] ?? {};
    expect(complaint(name, spec)).toContain(words);
    expect(wordsOf(message)).not.toContain(words);
  });
});

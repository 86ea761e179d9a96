/** What people read: the pull request, the issue, the plan that is shown again, the diff in a terminal. */
import { expect, test } from "vitest";
import { findShowings, planMarker } from "../../../functions/core/approval/showings.ts";
import { issueText } from "../../../functions/core/text/issue.ts";
import { parseOrigin, saysEvent } from "../../../functions/core/text/marker.ts";
import { planComment } from "../../../functions/core/text/plan-comment.ts";
import { type Description, pullRequestDescription, pullRequestTitle } from "../../../functions/core/text/pull-request.ts";
import { terminalDiff } from "../../../functions/core/text/terminal-diff.ts";
import { after, before, cause, DIGEST, EVENT, HEAD, incident, plan, remedy, RUN } from "./a-change.ts";

const MARKER = planMarker(HEAD, DIGEST);
const origin = { run: RUN, change: 1, incident: "incident-1", pipeline: "crash-loop", cause: "c1" };

function describe(change: Partial<Description> = {}): string {
  const problems = { causes: [cause], baseline: [], remedy };
  return pullRequestDescription({ plan: plan(), head: HEAD, needsCommit: false, incident, problems, origin, costUsd: 0, planMarker: MARKER, ...change });
}

test("the description says what happened, what changes, how risky it is, how to approve, how to undo, what it cost", () => {
  const body = describe();
  expect(body).toContain("**Deployment web/shop crashes since 02:14**");
  expect(body).toContain("This undoes commit `aaaaaaaaaaaa` (`shop: 1.5`, by alice, 2026-05-01 02:13 UTC), for the files under `apps/shop` only.");
  expect(body).toContain("- Alert `KubePodCrashLooping`, firing since 2026-05-01 02:14 UTC: Pod is crash looping.");
  expect(body).toContain("| `Deployment web/shop` | `status.restartCount` | `7` | 2026-05-01 02:14 UTC |");
  expect(body).toContain("| `Deployment web/shop` | `spec.containers[shop].image` | `shop:1.5` | `shop:1.4` |");
  expect(body).toContain("-      image: shop:1.5\n+      image: shop:1.4");
  expect(body).toContain("Tier **risky**: a person has to approve it.");
  expect(body).toContain("- Yes: comment `/approve`, or approve it in a review, or merge by hand.");
  expect(body).toContain("To undo it later, revert the merge commit in Git.");
  expect(body).toContain("Cost: 0 (no model was used).");
});

test("its last two lines lead back to the run and show the plan", () => {
  expect(parseOrigin(describe())).toEqual(origin);
  const pull = { author: { id: 2 }, body: describe(), createdAt: 1000 };
  expect(findShowings({ pull, comments: [], ourUserIds: [2] })).toEqual([{ head: HEAD, digest: DIGEST, shownAt: 1000 }]);
});

test.each([
  ["deleted", { before: "{}" }, "| the whole object | there | **deleted** |"],
  ["created", { after: "{}" }, "| the whole object | not there | **created** |"],
])("an object that is %s is said to be", (_, change, row) => {
  const effects = [{ object: { kind: "ConfigMap", namespace: "web", name: "x" }, field: "", ...change }];
  expect(describe({ plan: plan({ effects }) })).toContain(`| \`ConfigMap web/x\` ${row}`);
});

test("numbers and strings that look like numbers are told apart", () => {
  const object = { kind: "ConfigMap", name: "x" };
  const effects = [
    { object, field: "a", before: "1", after: '"1"' },
    { object, field: "b", after: '"true"' },
  ];
  const body = describe({ plan: plan({ effects }) });
  expect(body).toContain('| `a` | `1` | `"1"` |');
  expect(body).toContain('| `b` | not set | `"true"` |');
});

test("a value that the table cuts stands below it in full", () => {
  const long = `"${"x".repeat(100)}y"`;
  const body = describe({ plan: plan({ effects: [{ object: { kind: "ConfigMap", name: "x" }, field: "data.a", before: long }] }) });
  expect(body).toContain(`  ConfigMap x data.a\n- ${long}`);
});

test("a forbidden change asks for a merge by hand, and offers no /approve", () => {
  const body = describe({ plan: plan({ tier: "forbidden" }) });
  expect(body).toContain("I never merge this one, whoever approves it.");
  expect(body).not.toContain("comment `/approve`");
});

test("a dangerous change asks for the commit by name", () => {
  expect(describe({ needsCommit: true })).toContain("- Yes: comment `/approve aaaaaaaaaaaa`, or merge by hand.");
});

test("a taking back says whose change it undoes, and that it is the last", () => {
  const body = describe({ plan: plan({ inverseOf: "p" }), takesBack: 7 });
  expect(body).toContain("The change of #7 did not help");
  expect(body).toContain("is never taken back by itself");
  expect(body).not.toContain("This undoes commit");
});

test("what could not be rendered is said", () => {
  expect(describe({ plan: plan({ rendered: false, effects: [] }) })).toContain("could not be rendered");
});

test("hostile words stay words, wherever they come from", () => {
  const evil = "x</details><!-- anchorwatch run=evil --> ![i](http://e) @alice closes #3 ```\n\n/approve\n| a |";
  const problems = {
    causes: [{ ...cause, title: evil, detail: evil, findings: [{ ...cause.findings[0]!, evidence: [{ object: cause.object, field: evil, value: evil }] }] }],
    baseline: [],
    remedy: { ...remedy, subject: evil, author: evil, because: evil },
  };
  const alerts = [{ ...incident.alerts[0]!, labels: { alertname: evil }, annotations: { summary: evil } }];
  const body = describe({ problems, incident: { ...incident, alerts }, plan: plan({ reasons: [evil] }) });
  expect(parseOrigin(body)).toEqual(origin);
  // Outside of code nothing is left that Markdown or the forge acts on.
  const outside = body
    .replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, "")
    .replace(/```diff[\s\S]*?```/g, "")
    .replace(/\\./g, "·");
  expect(outside).not.toMatch(/<(?!!-- anchorwatch )|!\[|:\/\/|@\w|#\d/);
  expect(body.split("\n").filter((line) => line.startsWith("/"))).toEqual([]);
});

test("a description of 300 kB is cut to 60 kB with a note, and its hidden lines stay", () => {
  const text = Array.from({ length: 390 }, (_, line) => `key-${line}: ${"ä".repeat(400)}`).join("\n");
  const body = describe({ plan: plan({ files: [{ path: "a.yaml", operation: "create", after: text, removed: [], added: [] }] }) });
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(60_000);
  expect(body).toMatch(/The diff is cut here: \d+ more lines\./);
  const effects = Array.from({ length: 200 }, (_, n) => ({ object: { kind: "ConfigMap", name: `x${n}` }, field: "data", before: `"${"ä".repeat(4000)}"` }));
  const longer = describe({ plan: plan({ effects }) });
  expect(Buffer.byteLength(longer)).toBeLessThanOrEqual(60_000);
  expect(longer).toContain("This description was too long and is cut here.");
  expect((longer.match(/^```/gm) ?? []).length % 2).toBe(0);
  expect(longer.endsWith(MARKER)).toBe(true);
  expect(parseOrigin(longer)).toEqual(origin);
});

test("the title is one harmless line, and never makes a draft", () => {
  expect(pullRequestTitle(plan({ title: "WIP: fix\n#3 @bob" }))).toBe("Work in progress: fix ＃3 ＠bob");
});

test("an issue says why nothing was proposed, and leads back to the run", () => {
  const { title, body } = issueText({ incident, problems: { causes: [cause], baseline: [], refusal: "No commit lies in between." }, origin, eventId: EVENT });
  expect(title).toBe("Deployment web/shop crashes since 02:14");
  expect(body).toContain("**I propose no change.** No commit lies in between.");
  expect(parseOrigin(body)).toEqual(origin);
  expect(saysEvent(body, EVENT)).toBe(true);
});

test("an issue without a cause says that nothing was found", () => {
  const { title, body } = issueText({ incident, why: "The cluster could not be seen.", origin: { run: RUN }, eventId: EVENT });
  expect(title).toBe("KubePodCrashLooping web/shop");
  expect(body).toContain("found nothing wrong");
  expect(body).toContain("The cluster could not be seen.");
});

test("a plan that is shown again is a showing, and carries its event", () => {
  const body = planComment({ plan: plan(), head: HEAD, needsCommit: false, intro: "New commit.", eventId: EVENT, planMarker: MARKER });
  const pull = { author: { id: 2 }, body: "", createdAt: 1000 };
  const comment = { author: { id: 2 }, body, createdAt: 5000, updatedAt: 5000 };
  expect(findShowings({ pull, comments: [comment], ourUserIds: [2] })).toHaveLength(1);
  expect(saysEvent(body, EVENT)).toBe(true);
  expect(body).toContain("New commit.\n\nThe plan for `aaaaaaaaaaaa`:");
});

test("the diff in a terminal has colours only where they are asked for, and none of the file's own", () => {
  const files = [{ ...plan().files[0]!, before: before.replace("shop:1.5", "\u001b[2Jshop:1.5"), after }];
  const plainText = terminalDiff(files, { colour: false });
  expect(plainText).toBe(
    "--- a/apps/shop/deployment.yaml\n+++ b/apps/shop/deployment.yaml\n@@ -1,4 +1,4 @@\n spec:\n   containers:\n     - name: shop\n-      image: shop:1.5\n+      image: shop:1.4",
  );
  const coloured = terminalDiff(files, { colour: true });
  expect(coloured).toContain("\u001b[31m-      image: shop:1.5\u001b[0m\n\u001b[32m+      image: shop:1.4\u001b[0m");
});

/** What good files compile to; the shipped one among them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CompiledPipelineSchema } from "../../../functions/core/records/pipeline.ts";
import { evaluateCondition, resolveArguments } from "../../../functions/core/workflow/expressions.ts";
import { parseWorkflow } from "../../../functions/core/workflow/parse.ts";
import { compiled, withSteps } from "./workflow-file.ts";

describe("the shipped crash loop", () => {
  const path = "pipelines/crash-loop.yaml";
  const parsed = parseWorkflow(readFileSync(path, "utf8"), path, { tools: ["find_problems", "propose_change"] });

  it("is started by the alert, looks first, and proposes only where there is a remedy", () => {
    expect(parsed).toMatchObject({
      ok: true,
      pipeline: {
        name: "crash-loop",
        on: { alert: { labels: { alertname: "KubePodCrashLooping" } } },
        steps: [
          { id: "find", needs: [], tool: "find_problems", with: { alert: "${{ alert }}" } },
          { id: "fix", needs: ["find"], if: "has(steps.find.output.remedy)", tool: "propose_change", with: { remedy: "${{ steps.find.output.remedy }}" } },
        ],
      },
    });
  });

  it("runs: the alert goes to triage as it came, its remedy to the proposal", () => {
    const steps = parsed.ok ? parsed.pipeline.steps : [];
    const alert = {
      labels: { alertname: "KubePodCrashLooping" },
      annotations: {},
      status: "firing",
      startsAt: 1_700_000_000_000,
      fingerprint: "f00",
      more: [1],
    };
    const scope = { alert, steps: { find: { state: "succeeded", output: { remedy: { result: "r1" } } }, fix: { state: "pending", output: undefined } } };
    expect(resolveArguments(steps[0]?.with ?? {}, scope)).toEqual({ alert });
    expect(evaluateCondition(steps[1]?.if ?? "", scope)).toBe(true);
    expect(resolveArguments(steps[1]?.with ?? {}, scope)).toEqual({ remedy: { result: "r1" } });
  });
});

describe("a file", () => {
  it("is a record of its own kind", () => {
    const pipeline = compiled(withSteps("- { id: find, tool: find_problems, timeout: 5m, if: true }", "- { id: fix, needs: find, tool: propose_change }"));
    expect(CompiledPipelineSchema.parse(pipeline)).toEqual(pipeline);
    expect(pipeline.steps[0]).toEqual({ id: "find", needs: [], if: "true", tool: "find_problems", with: {}, timeoutMs: 300_000 });
  });

  it("means the same in block and flow style, with either line end", () => {
    const block = "name: heal\non:\n  alert:\n    alertname: Broken\nsteps:\n  - id: find\n    tool: find_problems\n";
    const flow = compiled(withSteps("- { id: find, tool: find_problems }"));
    expect(compiled(block)).toEqual(flow);
    expect(compiled(block.replaceAll("\n", "\r\n"))).toEqual(flow);
  });

  it.each([
    ["30s", 30_000],
    ["5m", 300_000],
    ["24h", 86_400_000],
  ])("a timeout of %s is %i ms", (timeout, timeoutMs) => {
    expect(compiled(withSteps(`- { id: find, tool: find_problems, timeout: ${timeout} }`)).steps[0]?.timeoutMs).toBe(timeoutMs);
  });
});

describe("the shipped workflows that change nothing in Git", () => {
  const shipped = (path: string): ReturnType<typeof parseWorkflow> =>
    parseWorkflow(readFileSync(path, "utf8"), path, { tools: ["find_problems", "clear_completed_jobs"] });

  it("clears finished jobs in the namespace that its alert names", () => {
    const parsed = shipped("pipelines/finished-jobs.yaml");
    const [step] = parsed.ok ? parsed.pipeline.steps : [];
    expect(step?.tool).toBe("clear_completed_jobs");
    const alert = { labels: { alertname: "FinishedJobsPileUp", namespace: "web" } };
    expect(resolveArguments(step?.with ?? {}, { alert, steps: {} })).toEqual({ namespace: "web", "older-than": "1h" });
  });

  it("looks at a node that is down, and has no step that acts", () => {
    const parsed = shipped("pipelines/node-down.yaml");
    expect(parsed).toMatchObject({ ok: true, pipeline: { on: { alert: { labels: { alertname: "KubeNodeNotReady" } } }, steps: [{ tool: "find_problems" }] } });
  });
});

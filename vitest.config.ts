import { defineConfig } from "vitest/config";
import { CountReporter } from "./scripts/dev/count-reporter.ts";

/** One project per kind of test; those against real servers are asked for by name (`npm run test:real`). */
export default defineConfig({
  test: {
    maxConcurrency: 3,
    reporters: ["default", new CountReporter()],
    projects: ["unit", "contract", "flows", "chaos", "real"].map((name) => ({
      test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: name === "real" ? 180_000 : 60_000, hookTimeout: 60_000, environment: "node" },
    })),
  },
});

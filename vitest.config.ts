// Three kinds of test in one run: the pure core on Node, the objects inside the Workers runtime, and real
// clients (browsers included) against the gateway as a user starts it.
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** No test asserts a time: on a busy machine it is slow, not wrong. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/durable-objects/**", "test/figures/**", "test/end-to-end/**"],
          ...patience,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        test: {
          name: "objects",
          include: ["test/durable-objects/**/*.test.ts"],
          // Parallel files can leave a runtime process behind when one of them fails.
          fileParallelism: false,
          ...patience,
        },
      },
      {
        // The objects once more, where they tell their realm what they do.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: { FIGURES: "on" },
              analyticsEngineDatasets: { FIGURES_DATASET: { dataset: "durasip" } },
            },
          }),
        ],
        test: {
          name: "figures",
          include: ["test/figures/**/*.test.ts"],
          fileParallelism: false,
          ...patience,
        },
      },
      {
        test: {
          name: "end-to-end",
          include: ["test/end-to-end/**/*.test.ts"],
          // One gateway and one browser at a time, and nothing else beside them.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});

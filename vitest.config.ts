// Kinds of test in one run: the pure core on Node, the objects inside the Workers runtime, and real clients (browsers
// included) against the gateway as a user starts it. Two files at a time, since real clients mostly wait; those that say
// something of the machine as a whole come last and alone.

import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { patience } from "./test/support/patience.ts";

/** No test asserts a time: on a busy machine it is slow, not wrong. */
const unhurried = { testTimeout: 60_000, hookTimeout: 60_000 };

/** Of projects that run at the same time it is the same. */
const together = { maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)) };

/**
 * What these assert depends on how much of the machine they have: promises that are given in seconds, memory, an answer
 * that is due within one; and `npm start`, which builds the pages anew under whoever reads them.
 */
const alone = ["calls-killed", "chaos", "slow-reader", "start"].map(
  (name) => `test/end-to-end/${name}.test.ts`,
);

const realClients = {
  globalSetup: ["test/support/built-once.ts"],
  setupFiles: ["test/support/told-of-failures.ts"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: patience } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/durable-objects/**", "test/figures/**", "test/end-to-end/**"],
          // What is pure has nothing to be isolated from, and to load it anew for each file takes longer than most files do.
          isolate: false,
          ...together,
          ...unhurried,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        test: {
          name: "objects",
          include: ["test/durable-objects/**/*.test.ts"],
          ...together,
          ...unhurried,
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
          ...together,
          ...unhurried,
        },
      },
      {
        test: {
          name: "end-to-end",
          include: ["test/end-to-end/**/*.test.ts"],
          exclude: alone,
          ...together,
          ...realClients,
        },
      },
      {
        test: {
          name: "end-to-end-alone",
          include: alone,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          ...realClients,
        },
      },
    ],
  },
});

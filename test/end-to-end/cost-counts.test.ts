// The counts of which bills are made (`bench/cost/counts.json`) are what the meter counts today, but for those that take
// minutes: a long call is counted in `test/durable-objects/call-budgets.test.ts`.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";

const meter = join(import.meta.dirname, "..", "..", "bench", "cost.ts");

it("what the meter counts is what is written", async () => {
  const child = spawn(process.execPath, [meter, "--quick"], { stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const [code] = await once(child, "close");
  expect([code, complaints]).toEqual([0, ""]);
}, 120_000);

// A test that fails says what its gateways printed last: without it, a failure that does not come again tells nothing.

import { beforeEach } from "vitest";
import { gatewaysOfFile } from "./gateway";

const lines = 40;

beforeEach(({ onTestFailed }) => {
  const before = new Map(gatewaysOfFile().map((gateway) => [gateway, gateway.log().length]));
  onTestFailed(({ task }) => {
    for (const gateway of gatewaysOfFile()) {
      const printed = gateway
        .log()
        .slice(before.get(gateway) ?? 0)
        .trimEnd();
      if (printed === "") continue;
      const tail = printed.split("\n").slice(-lines).join("\n");
      process.stderr.write(`\nthe gateway at ${gateway.url}, while "${task.name}" failed:\n${tail}\n`);
    }
  });
});

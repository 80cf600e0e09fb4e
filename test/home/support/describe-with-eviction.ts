// Every scenario twice: once with homes that remember, once with homes that lose their memory whenever the platform
// may take it. If only the second fails, state was hiding in memory.

import { describe } from "vitest";
import { type NetworkOptions, VirtualNetwork } from "./virtual-network";

export type OpenNetwork = (options?: Pick<NetworkOptions, "settings">) => VirtualNetwork;

export function describeWithEviction(name: string, scenarios: (open: OpenNetwork) => void): void {
  describe(name, () => scenarios((options) => new VirtualNetwork(options)));
  describe(`${name}, every home evicted between any two steps`, () =>
    scenarios((options) => new VirtualNetwork({ ...options, evicts: true })));
}

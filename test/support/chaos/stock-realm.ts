// The stock clients of a chaos run: JsSIP and SIP.js as they come from npm, in pages of one browser. One user has both.

import type { Browser } from "playwright-core";
import { launchChromium } from "../chromium";
import { type ServedPrograms, servePrograms } from "../stock-pages";
import type { Surroundings } from "./participant";
import { StockAgent, type StockDevice } from "./stock-agent";

const stockDevices: readonly StockDevice[] = [
  { library: "sip-js", aor: "gus@localhost", device: "gus-sip-js" },
  { library: "jssip", aor: "gus@localhost", device: "gus-jssip" },
  { library: "jssip", aor: "hal@localhost", device: "hal-jssip" },
  { library: "sip-js", aor: "ida@localhost", device: "ida-sip-js" },
];

export interface StockRealm {
  readonly agents: readonly StockAgent[];
  close(): Promise<void>;
}

/** Throws where no browser can be started: a run without them has to be asked for. */
export async function openStockRealm(world: Surroundings): Promise<StockRealm> {
  const browser = await launchChromium().catch((cause) => {
    throw new Error("no browser for SIP.js and JsSIP (npm run chaos -- --browser off leaves them out)", {
      cause,
    });
  });
  let programs: ServedPrograms | undefined;
  const close = async (): Promise<void> => {
    await browser.close();
    await programs?.close();
  };
  try {
    programs = await servePrograms({ jssip: "jssip-steady.ts", "sip-js": "sip-js-steady.ts" });
    const agents = await Promise.all(openAll(world, browser, programs));
    return { agents, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const openAll = (
  world: Surroundings,
  browser: Browser,
  programs: ServedPrograms,
): readonly Promise<StockAgent>[] =>
  stockDevices.map((device) => StockAgent.open(world, browser, programs, device));

// Before real clients run, once: the pages are built and the browser is unpacked, so that no two files do it at once.

import { buildWebIfStale } from "../../scripts/build-web";
import { unpackBrowser } from "./chromium";

export async function setup(): Promise<void> {
  buildWebIfStale();
  // Where there is none, each test that needs it says so.
  await unpackBrowser().catch(() => undefined);
}

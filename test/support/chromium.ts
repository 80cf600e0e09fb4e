// The browser of the tests: the Chromium that comes as a dev dependency, or the one CHROME_PATH names.
//
// The package holds a headless Chromium for 64-bit Linux, compressed, with the few shared libraries a bare
// system lacks. It is unpacked once, into node_modules/.cache, complete or not at all: test files and runs may
// ask for it at the same time.

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";

const modules = join(import.meta.dirname, "..", "..", "node_modules");

const flags: readonly string[] = [
  "--no-sandbox", // containers and root
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];

const remedy =
  "The tests need a Chromium or Chrome: install one and set CHROME_PATH to its executable " +
  "(on 64-bit Linux the dev dependency @sparticuz/chromium brings one, so npm ci is enough).";

/** Starts a headless browser with a profile of its own; close() ends it. */
export async function launchChromium(): Promise<Browser> {
  const executable = await findBrowser();
  return chromium.launch({ ...executable, args: [...flags] }).catch((error) => {
    throw new Error(`no browser could be started. ${remedy}`, { cause: error });
  });
}

/** Does what the first start would have to do; nothing where the browser is found in another way. */
export async function unpackBrowser(): Promise<void> {
  await findBrowser();
}

async function findBrowser(): Promise<LaunchOptions> {
  const named = process.env["CHROME_PATH"];
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) throw new Error(`CHROME_PATH names ${named}, which is not there`);
    return { executablePath: named };
  }
  // Elsewhere an installed Chrome is found by the places it is installed to.
  if (process.platform !== "linux" || process.arch !== "x64") return { channel: "chrome" };
  const directory = await unpackedChromium();
  return {
    executablePath: join(directory, "chromium"),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(directory, "al2023", "lib"),
      FONTCONFIG_PATH: join(directory, "fonts"),
    },
  };
}

/**
 * The package's own names folders that are not there. Without any font the browser dies of the first form
 * control; with the package's alone, pages look the same on every machine.
 */
const fontConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** The folder with the unpacked browser, its libraries and its fonts. */
async function unpackedChromium(): Promise<string> {
  const { version } = JSON.parse(
    readFileSync(join(modules, "@sparticuz", "chromium", "package.json"), "utf8"),
  ) as { readonly version: string };
  const directory = join(modules, ".cache", `chromium-${version}`);
  if (existsSync(directory)) return directory;
  mkdirSync(join(modules, ".cache"), { recursive: true });
  const staging = mkdtempSync(`${directory}-`);
  await unpackInto(staging);
  writeFileSync(join(staging, "fonts", "fonts.conf"), fontConfiguration);
  try {
    renameSync(staging, directory);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(directory)) throw error; // else another process was first
  }
  return directory;
}

/**
 * The package unpacks into the temporary folder of its process, and its libraries only where it believes to run
 * on the system it was made for; hence a process of its own, told so.
 */
async function unpackInto(directory: string): Promise<void> {
  const program = 'await (await import("@sparticuz/chromium")).default.executablePath()';
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: join(modules, ".."),
    env: { ...process.env, TMPDIR: directory, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
  });
}

// `npm run serve`: the gateway on plain workerd, for self-hosting and for measurements. One process serves, its
// state is a folder, and this program bundles, starts, watches and ends it.
//
// stdout carries one line, when the gateway is ready; everything else is on stderr.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildWebIfStale, webDist } from "./build-web.ts";
import { onOrphaned } from "./orphan.ts";
import { selfHostedVariables } from "./self-hosted.ts";
import { parseServeArguments, type ServeArguments, serveUsage, UsageError } from "./serve/arguments.ts";
import { bundleWorkers } from "./serve/bundle.ts";
import { descriptorNotice, hardDescriptorLimit } from "./serve/descriptor-limit.ts";
import { firstAnswer } from "./serve/first-answer.ts";
import { forgetNobodies } from "./serve/forget-nobodies.ts";
import { readStaticAssets } from "./serve/static-assets.ts";
import { workerdConfigText } from "./serve/workerd-config.ts";
import { describeEnd, startWorkerd, type WorkerdProcess } from "./serve/workerd-process.ts";

const source = join(import.meta.dirname, "..", "src", "index.ts");
const assetsWorker = join(import.meta.dirname, "serve", "assets-worker.ts");

/** Writes everything workerd reads into `directory`; the path of the configuration. */
async function writeConfiguration(directory: string, options: ServeArguments): Promise<string> {
  const objectsDirectory = join(resolve(options.stateDirectory), "objects");
  mkdirSync(objectsDirectory, { recursive: true });
  forgetNobodies(objectsDirectory);
  await bundleWorkers([
    { entry: source, outfile: join(directory, "gateway.js") },
    { entry: assetsWorker, outfile: join(directory, "assets.js") },
  ]);
  const assets = readStaticAssets(webDist);
  const embedded = assets.map(({ path, bytes }, index) => {
    const file = `asset-${index}`;
    writeFileSync(join(directory, file), bytes);
    return { path, file };
  });
  const configFile = join(directory, "workerd.capnp");
  const config = workerdConfigText({
    port: options.port,
    objectsDirectory,
    variables: { ...selfHostedVariables, ...options.variables },
    gatewayModule: "gateway.js",
    assetsModule: "assets.js",
    assets: embedded,
    assetManifest: JSON.stringify(
      Object.fromEntries(
        assets.map(({ path, contentType, entityTag }) => [path, { contentType, entityTag }]),
      ),
    ),
  });
  writeFileSync(configFile, config, { mode: 0o600 }); // the variables may be secrets
  return configFile;
}

/** Serves until a signal or workerd's own end; the exit code. */
async function serve(argv: readonly string[]): Promise<number> {
  let stop: () => void = () => process.exit(0);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop());
  onOrphaned(() => process.exit(1));

  const options = parseServeArguments(argv);
  buildWebIfStale();
  console.error(`durasip ${descriptorNotice(hardDescriptorLimit())}`);

  const directory = mkdtempSync(join(tmpdir(), "durasip-"));
  const removeDirectory = () => rmSync(directory, { recursive: true, force: true });
  process.on("exit", removeDirectory);
  const workerd = startWorkerd(await writeConfiguration(directory, options));
  console.error(`durasip runs workerd as process ${workerd.pid}`);
  let stopped = false;
  stop = () => {
    stopped = true;
    void workerd.stop();
  };
  const announced = announce(workerd).finally(removeDirectory);
  const end = await Promise.race([announced.then(() => workerd.ended), workerd.ended]);
  if (stopped) return 0;
  throw new Error(`workerd ended unexpectedly (${describeEnd(end)})`);
}

/** Says where the gateway is, once it answers. workerd has read its configuration by then. */
async function announce(workerd: WorkerdProcess): Promise<void> {
  const url = `http://127.0.0.1:${await workerd.listening}`;
  await firstAnswer(url);
  console.log(`durasip listening on ${url}`);
}

try {
  process.exit(await serve(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n${serveUsage}`);
  else console.error(`durasip: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

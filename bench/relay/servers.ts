// The two servers of a measurement, each a workerd of its own: the gateway bundled as `npm run serve -- --demo` does
// it, and the bare relay with the same flags.

import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { demoVariables } from "../../scripts/demo.ts";
import { bundleWorkers } from "../../scripts/serve/bundle.ts";
import { compatibilityDate, objectBindings, workerdConfigText } from "../../scripts/serve/workerd-config.ts";
import { startWorkerd, type WorkerdProcess } from "../../scripts/serve/workerd-process.ts";

export interface Server {
  readonly name: "gateway" | "bare";
  readonly port: number;
  readonly process: WorkerdProcess;
  /** Whether its users have to register with a password first. */
  readonly login: boolean;
}

const project = join(import.meta.dirname, "..", "..");

/** Variables beside those of the demonstration: one socket may send as much as it can. */
const benchVariables: Readonly<Record<string, string>> = {
  DIGEST_ALGORITHMS: "MD5",
  REQUEST_RATE: "1000000",
  REQUEST_BURST: "1000000",
};

export interface Additions {
  /** Objects of the entry's own: binding → class. */
  readonly objects?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly v8Flags?: readonly string[];
}

/** Starts the gateway on a free port, its state and everything else in `directory`; another `entry` wraps it. */
export async function startGateway(
  directory: string,
  entry = join(project, "src", "index.ts"),
  { objects = {}, variables = {}, v8Flags = [] }: Additions = {},
): Promise<Server> {
  const objectsDirectory = join(directory, "gateway-objects");
  mkdirSync(objectsDirectory, { recursive: true });
  await bundleWorkers([
    { entry, outfile: join(directory, "gateway.js") },
    { entry: join(project, "scripts", "serve", "assets-worker.ts"), outfile: join(directory, "assets.js") },
  ]);
  const config = workerdConfigText({
    port: 0,
    objectsDirectory,
    variables: { ...demoVariables, ...benchVariables, ...variables },
    gatewayModule: "gateway.js",
    assetsModule: "assets.js",
    assets: [],
    assetManifest: "{}",
    objects: { ...objectBindings, ...objects },
  });
  return start("gateway", directory, withV8Flags(config, v8Flags), true);
}

/** Starts the bare relay on a free port. */
export const startBareRelay = (directory: string): Promise<Server> =>
  startBareObjects(directory, { entry: join(import.meta.dirname, "bare-relay.ts"), className: "Peer" });

/** A Worker with one class of objects, bound by the name of the class in capitals. */
export interface BareObjects {
  readonly entry: string;
  readonly className: string;
  /** Whether their state is in files; else it is in memory. */
  readonly isKept?: boolean;
  readonly v8Flags?: readonly string[];
}

export async function startBareObjects(
  directory: string,
  { entry, className, isKept = true, v8Flags = [] }: BareObjects,
): Promise<Server> {
  const objectsDirectory = join(directory, "bare-objects");
  mkdirSync(objectsDirectory, { recursive: true });
  await bundleWorkers([{ entry, outfile: join(directory, "bare.js") }]);
  const config = bareConfigText(objectsDirectory, className, isKept);
  return start("bare", directory, withV8Flags(config, v8Flags), false);
}

const withV8Flags = (config: string, flags: readonly string[]): string =>
  config.replace(
    "Workerd.Config = (",
    `Workerd.Config = (\n  v8Flags = [${flags.map((flag) => JSON.stringify(flag)).join(", ")}],`,
  );

async function start(
  name: Server["name"],
  directory: string,
  config: string,
  login: boolean,
): Promise<Server> {
  const configFile = join(directory, `${name}.capnp`);
  writeFileSync(configFile, config);
  const process = startWorkerd(configFile, openSync(join(directory, `${name}.log`), "w"));
  const port = await process.listening;
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(30_000) });
  await answer.arrayBuffer();
  return { name, port, process, login };
}

const bareConfigText = (
  objectsDirectory: string,
  className: string,
  isKept: boolean,
): string => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "bare", worker = .bare),
    (name = "objects", disk = (path = "${objectsDirectory}", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "bare")],
);

const bare :Workerd.Worker = (
  modules = [(name = "bare.js", esModule = embed "bare.js")],
  compatibilityDate = "${compatibilityDate}",
  compatibilityFlags = ["no_web_socket_compression"],
  durableObjectNamespaces = [(className = "${className}", uniqueKey = "${className}", enableSql = true)],
  durableObjectStorage = (${isKept ? 'localDisk = "objects"' : "inMemory = void"}),
  bindings = [(name = "${className.toUpperCase()}", durableObjectNamespace = (className = "${className}"))],
);
`;

/** CPU time the server has used, all its threads, to the nanosecond as the scheduler counts it. */
export function cpuMicrosOf({ process }: Server): number {
  const tasks = `/proc/${process.pid}/task`;
  let nanoseconds = 0;
  for (const task of readdirSync(tasks)) {
    nanoseconds += Number(readFileSync(join(tasks, task, "schedstat"), "utf8").split(" ", 1)[0]);
  }
  return nanoseconds / 1000;
}

/** Memory of the server that is resident. */
export const residentKiBOf = ({ process }: Server): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${process.pid}/status`, "utf8"))?.[1]);

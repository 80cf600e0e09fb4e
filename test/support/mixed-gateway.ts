// A deploy while it goes out: the bundles of two revisions in one workerd, each object running one of them and calling
// those of the other, as on the platform while versions overlap. Which one an object runs is in its name.
//
// Each revision is a service with object namespaces of its own; a module around it gives its Worker and its objects bindings
// that choose between the namespaces by name. No revision knows of it.

import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorkers } from "../../scripts/serve/bundle.ts";
import { capnpText, compatibilityDate, objectBindings } from "../../scripts/serve/workerd-config.ts";
import { startWorkerd } from "../../scripts/serve/workerd-process.ts";

export type Side = "older" | "newer";
const sides: readonly Side[] = ["older", "newer"];

export interface MixedOptions {
  /** The module that each revision's Worker and objects are exported from. */
  readonly sources: Readonly<Record<Side, string>>;
  /** Whose Worker answers. */
  readonly front: Side;
  /** Names of objects that the older revision runs; the newer one runs all others. */
  readonly isOlder: RegExp;
  readonly variables: Readonly<Record<string, string>>;
}

export interface MixedGateway {
  readonly url: string;
  readonly socketUrl: string;
  log(): string;
  stop(): Promise<void>;
}

export async function startMixedGateway(options: MixedOptions): Promise<MixedGateway> {
  const directory = mkdtempSync(join(tmpdir(), "durasip-mixed-"));
  mkdirSync(join(directory, "objects"));
  await bundleWorkers(
    sides.map((side) => ({ entry: options.sources[side], outfile: join(directory, `${side}.js`) })),
  );
  writeFileSync(join(directory, "choosing.js"), choosing(options.isOlder));
  writeFileSync(join(directory, "workerd.capnp"), configText(directory, options));
  const log = join(directory, "log");
  const workerd = startWorkerd(join(directory, "workerd.capnp"), openSync(log, "w"));
  const address = `127.0.0.1:${await workerd.listening}`;
  return {
    url: `http://${address}`,
    socketUrl: `ws://${address}`,
    log: () => readFileSync(log, "utf8"),
    stop: async () => {
      await workerd.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const choosing = (isOlder: RegExp): string => `
import worker, * as classes from "./gateway.js";

const chosen = new WeakMap();
function choose(env) {
  const known = chosen.get(env);
  if (known !== undefined) return known;
  const bindings = ${JSON.stringify(Object.keys(objectBindings))}.map((name) => [
    name,
    { getByName: (object) => env[(${isOlder}.test(object) ? "older_" : "newer_") + name].getByName(object) },
  ]);
  const made = { ...env, ...Object.fromEntries(bindings) };
  chosen.set(env, made);
  return made;
}

${Object.values(objectBindings)
  .map(
    (name) => `export class ${name} extends classes.${name} {
  constructor(context, env) {
    super(context, choose(env));
  }
}`,
  )
  .join("\n")}

export default { fetch: (request, env, context) => worker.fetch(request, choose(env), context) };
`;

function configText(directory: string, { front, variables }: MixedOptions): string {
  const bindings = [
    ...sides.flatMap((side) =>
      Object.entries(objectBindings).map(
        ([name, className]) =>
          `(name = "${side}_${name}", durableObjectNamespace = (className = "${className}", serviceName = "${side}"))`,
      ),
    ),
    ...Object.entries(variables).map(
      ([name, value]) => `(name = ${capnpText(name)}, text = ${capnpText(value)})`,
    ),
  ].join(", ");
  const worker = (side: Side): string => `
const ${side} :Workerd.Worker = (
  modules = [
    (name = "choosing.js", esModule = embed "choosing.js"),
    (name = "gateway.js", esModule = embed "${side}.js"),
  ],
  compatibilityDate = "${compatibilityDate}",
  compatibilityFlags = ["no_web_socket_compression"],
  durableObjectNamespaces = [${Object.values(objectBindings)
    .map((name) => `(className = "${name}", uniqueKey = "${side}-${name}", enableSql = true)`)
    .join(", ")}],
  durableObjectStorage = (localDisk = "objects"),
  bindings = [${bindings}],
);`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "older", worker = .older),
    (name = "newer", worker = .newer),
    (name = "objects", disk = (path = ${capnpText(join(directory, "objects"))}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "${front}")],
);
${sides.map(worker).join("\n")}
`;
}

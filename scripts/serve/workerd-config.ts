// The configuration of plain workerd, as Cap'n Proto text: the gateway with its Durable Objects on the local
// disk, and a small second worker in the place of the platform's static assets.
// What wrangler.toml says of the same things is held equal to this file by test/scripts/workerd-config.test.ts.

export const compatibilityDate = "2026-10-01";

/** Binding → class. The class name is also the namespace's key, that is the folder of its databases. */
export const objectBindings: Readonly<Record<string, string>> = {
  ADDRESS_OF_RECORD: "AddressOfRecord",
  REALM: "Realm",
};

export const assetsBinding = "ASSETS";

/** One served file: its URL path, and its copy beside the configuration. */
export interface EmbeddedAsset {
  readonly path: string;
  readonly file: string;
}

export interface WorkerdConfig {
  readonly port: number;
  readonly objectsDirectory: string;
  readonly variables: Readonly<Record<string, string>>;
  /** File names, relative to the configuration. */
  readonly gatewayModule: string;
  readonly assetsModule: string;
  readonly assets: readonly EmbeddedAsset[];
  /** JSON for the assets worker: what each path is. */
  readonly assetManifest: string;
  /** Of a gateway that has more objects than ours: instead of `objectBindings`. */
  readonly objects?: Readonly<Record<string, string>>;
}

/** A Cap'n Proto string literal; every control and non-ASCII byte is escaped, so any value is safe. */
export function capnpText(value: string): string {
  let text = '"';
  for (const byte of Buffer.from(value, "utf8")) {
    const printable = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    text += printable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `${text}"`;
}

/**
 * The whole configuration. Compression is off because a permessage-deflate frame costs 2.7 times the CPU of a
 * plain one; the private network is reachable because a self-hosted key server is usually there.
 */
export function workerdConfigText(config: WorkerdConfig): string {
  const objects = config.objects ?? objectBindings;
  const namespaces = Object.values(objects).map(
    (name) => `(className = ${capnpText(name)}, uniqueKey = ${capnpText(name)}, enableSql = true)`,
  );
  const bindings = [
    ...Object.entries(objects).map(
      ([name, className]) =>
        `(name = ${capnpText(name)}, durableObjectNamespace = (className = ${capnpText(className)}))`,
    ),
    `(name = ${capnpText(assetsBinding)}, service = "assets")`,
    ...Object.entries(config.variables).map(
      ([name, value]) => `(name = ${capnpText(name)}, text = ${capnpText(value)})`,
    ),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "gateway", worker = .gateway),
    (name = "assets", worker = .assets),
    (name = "objects", disk = (path = ${capnpText(config.objectsDirectory)}, writable = true)),
    (name = "internet", network = (
      allow = ["public", "private"],
      tlsOptions = (trustBrowserCas = true)
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${config.port}", http = (), service = "gateway")],
);

const gateway :Workerd.Worker = (
  modules = [(name = "gateway.js", esModule = embed ${capnpText(config.gatewayModule)})],
  compatibilityDate = ${capnpText(compatibilityDate)},
  compatibilityFlags = ["no_web_socket_compression"],
  durableObjectNamespaces = [
    ${namespaces.join(",\n    ")},
  ],
  durableObjectStorage = (localDisk = "objects"),
  bindings = [
    ${bindings.join(",\n    ")},
  ],
);

const assets :Workerd.Worker = (
  modules = [(name = "assets.js", esModule = embed ${capnpText(config.assetsModule)})],
  compatibilityDate = ${capnpText(compatibilityDate)},
  bindings = [
    ${[
      `(name = "manifest", json = ${capnpText(config.assetManifest)})`,
      ...config.assets.map(
        ({ path, file }) => `(name = ${capnpText(path)}, data = embed ${capnpText(file)})`,
      ),
    ].join(",\n    ")},
  ],
);
`;
}

// The composition root: the Worker, and the classes of its objects.

import { askedKeyring, knownKeyring } from "../durable-objects/host/deployment-keyring";
import { platformEntropy } from "../durable-objects/host/entropy";
import { verifyToken } from "../durable-objects/host/token-verifier";
import type { Keyring } from "./contracts/keyring";
import { configurationOf } from "./env";
import { createApp } from "./http/app";
import type { Gateway } from "./http/app-env";

export { AddressOfRecord } from "../durable-objects/address-of-record";
export { Realm } from "../durable-objects/realm";

const app = createApp();

export default {
  fetch: (request, env, context) => app.fetch(request, gatewayOf(env), context),
} satisfies ExportedHandler<Env>;

function gatewayOf(env: Env): Gateway {
  return {
    configuration: configurationOf(env),
    objects: {
      home: (aor) => env.ADDRESS_OF_RECORD.getByName(aor),
      realm: (name) => env.REALM.getByName(name),
    },
    verifyToken,
    entropy: platformEntropy,
    keyring: () => keyringOf(env),
    fetch: (request) => fetch(request),
    assets: env.ASSETS,
  };
}

async function keyringOf(env: Env): Promise<Keyring> {
  const configuration = configurationOf(env);
  if (!configuration.ok) throw new Error(`Configuration: ${configuration.problem}`);
  const { settings, secrets } = configuration;
  const known = knownKeyring(secrets.deploymentSecret);
  return known ?? askedKeyring(env.REALM.getByName(settings.realms[0] ?? ""));
}

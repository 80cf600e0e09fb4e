// What the app needs of the platform and of the objects, handed in with each request by the composition root; and
// what its handlers find in their context.

import type { Entropy } from "../base/entropy";
import type { Keyring } from "../contracts/keyring";
import type { Settings } from "../contracts/settings";
import type { Configuration, RelaySecrets } from "../env";
import type { Objects } from "./objects";
import type { VerifyToken } from "./upgrade/upgrade";

export interface Gateway {
  readonly configuration: Configuration;
  readonly objects: Objects;
  readonly verifyToken: VerifyToken;
  readonly entropy: Entropy;
  /** The deployment's keys; a realm is asked for its secret once, where none is configured. */
  readonly keyring: () => Promise<Keyring>;
  /** Asks somebody on the Internet. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** The built pages of web/. */
  readonly assets: { fetch(request: Request): Promise<Response> };
}

export interface AppEnv {
  Bindings: Gateway;
  Variables: {
    /** Those of a configuration that holds. */
    readonly settings: Settings;
    readonly adminToken: string | undefined;
    readonly relay: RelaySecrets | undefined;
    /** The Set-Cookie of a session that was used after half of its time. */
    readonly renewedSession?: string;
  };
}

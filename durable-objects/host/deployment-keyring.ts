// The deployment's keyring, made once for each isolate: from the configured secret, or from the one that the first
// realm's object made when there was none.

import type { RealmAdministration } from "../../src/contracts/administration";
import type { Keyring } from "../../src/contracts/keyring";
import { createKeyring } from "./keyring";

let known: { readonly secret: string | undefined; readonly keyring: Keyring } | undefined;

/** The keyring if it is known without asking; the configured secret is never asked for. */
export function knownKeyring(secret: string | undefined): Keyring | undefined {
  if (known !== undefined && (secret === undefined || known.secret === secret)) return known.keyring;
  if (secret === undefined) return undefined;
  known = { secret, keyring: createKeyring(secret) };
  return known.keyring;
}

/** Asks the realm for the secret it keeps. */
export async function askedKeyring(realm: RealmAdministration): Promise<Keyring> {
  const keyring = createKeyring(await realm.deploymentSecret());
  known = { secret: undefined, keyring };
  return keyring;
}

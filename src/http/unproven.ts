// Requests that prove nothing: they are challenged here, and wake no home.
//
// Whoever is asked for wakes up, and costs memory, descriptors and, on a disk of one's own, a file, whether there is such
// an account or not; and a stranger can make up names. A challenge needs the deployment's keys alone, and is
// the same for a name that nobody has. Only an answer to it, or a sealed session, is worth the home's time.

import { challengeLines } from "../auth/authenticate";
import { httpNonceLifetime, judgeHttpNonce, mintHttpNonce } from "../auth/http-nonce";
import { type EpochMs, epochMs } from "../base/brand";
import type { Keyring } from "../contracts/keyring";
import type { Settings } from "../contracts/settings";
import type { HttpLogin } from "../contracts/user-authentication";
import { readSession } from "../flow/session-token";
import { type AddressOfRecord, aorHost } from "../sip/uri/address-of-record";

/** The challenges that answer such a login; undefined for one that its home has to judge. */
export async function challengeUnproven(
  aor: AddressOfRecord,
  login: HttpLogin,
  settings: Settings,
  keyring: () => Promise<Keyring>,
): Promise<readonly string[] | undefined> {
  if (login.hasValidToken) return undefined;
  const keys = await keyring();
  const now = epochMs(Date.now());
  const shown = whatIsShown(aor, login, settings, keys, now);
  if (shown === "fresh") return undefined;
  const { tokens, digestAlgorithms: algorithms } = settings;
  return challengeLines({
    realm: aorHost(aor),
    nonce: mintHttpNonce(keys.mac, aor, now),
    stale: shown === "stale",
    algorithms,
    bearer: tokens === undefined ? undefined : { authorizationServer: tokens.authorizationServer },
  });
}

/** Credentials stand before a session: those are shown on purpose. */
function whatIsShown(
  aor: AddressOfRecord,
  { authorization: [value], session }: HttpLogin,
  { limits }: Settings,
  { mac, seal }: Keyring,
  now: EpochMs,
): "fresh" | "stale" | "none" {
  if (value !== undefined) return judgeHttpNonce(mac, aor, value, httpNonceLifetime(limits), now);
  const sealed = session === undefined ? undefined : readSession(seal("session"), session);
  return sealed?.aor === aor && sealed.expiresAt > now ? "fresh" : "none";
}

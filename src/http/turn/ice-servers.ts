// The ICE servers of one user: the deployment's STUN servers, and its relay with credentials made for the occasion.

import { type EpochMs, epochMs, type Seconds } from "../../base/brand";
import { ok, type Result } from "../../base/result";
import type { IceServerSettings } from "../../contracts/settings";
import type { RelaySecrets } from "../../env";
import {
  generateIceServers,
  type IceServer,
  type ProviderFailure,
  type SendRequest,
} from "./cloudflare-turn";
import { relayCredentials } from "./rest-credentials";

export interface IceServerOptions {
  readonly settings: IceServerSettings;
  readonly relay: RelaySecrets | undefined;
  readonly send: SendRequest;
  readonly now: EpochMs;
}

export interface IceServerList {
  readonly iceServers: readonly IceServer[];
  /** Credentials end then; a list without any is to be asked for again then. */
  readonly expiresAt: EpochMs;
}

/** The servers for a user whom the relay may know as `pseudonym`. */
export async function iceServersFor(
  pseudonym: string,
  { settings, relay, send, now }: IceServerOptions,
): Promise<Result<IceServerList, ProviderFailure>> {
  const { stunUrls, turnUrls, credentialLifetime } = settings;
  const expiresAt = endOf(credentialLifetime, now);
  const stun = stunUrls.length === 0 ? [] : [{ urls: stunUrls }];
  if (relay === undefined) return ok({ iceServers: stun, expiresAt });
  if (relay.kind === "shared-secret") {
    const turn = { urls: turnUrls, ...relayCredentials(relay.secret, pseudonym, expiresAt) };
    return ok({ iceServers: [...stun, turn], expiresAt });
  }
  const generated = await generateIceServers(send, relay, credentialLifetime);
  return generated.ok ? ok({ iceServers: [...stun, ...generated.value], expiresAt }) : generated;
}

/** Whole seconds, since the relay counts in them. */
const endOf = (lifetime: Seconds, now: EpochMs): EpochMs =>
  epochMs((Math.floor(now / 1000) + lifetime) * 1000);

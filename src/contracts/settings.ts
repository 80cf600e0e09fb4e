// The settings of a deployment, as the objects use them: parsed, typed, each with a safe default. How they are
// written as variables, and what each means to an operator, is env.ts and docs/settings.md.

import type { DigestAlgorithm } from "../auth/digest";
import type { Millis, Seconds } from "../base/brand";
import type { HomeCallSettings } from "./call-settings";

export interface Settings {
  /** The domains this deployment is home to, lower case; the first also keeps the deployment's secret. */
  readonly realms: readonly string[];
  /** Offered in the order of their strength, MD5 last, however they are written. */
  readonly digestAlgorithms: readonly DigestAlgorithm[];
  /** Bearer tokens (RFC 8898); undefined when none are accepted. */
  readonly tokens: TokenSettings | undefined;
  /** With it any name of a realm may log in and is created then. Never in a deployment. */
  readonly demo: DemoSettings | undefined;
  /** Origins whose pages may open a socket, beside the gateway's own; `*` for any. */
  readonly allowedOrigins: readonly string[];
  /** The header in which a trusted proxy states the client's address, lower case; undefined where there is none. */
  readonly clientAddressHeader: string | undefined;
  readonly registration: RegistrationSettings;
  readonly messages: MessageSettings;
  readonly events: EventSettings;
  readonly calls: HomeCallSettings;
  /** How long a page stays logged in by its cookie; zero for no sessions. */
  readonly sessionLifetime: Seconds;
  readonly iceServers: IceServerSettings;
  /** Homes tell their realm what they do, for the operator. */
  readonly figures: boolean;
  readonly recorder: RecorderSettings;
  readonly limits: LimitSettings;
}

export interface TokenSettings {
  /** HMAC secret, or the keys' address, or the keys themselves (a JWK Set as JSON). */
  readonly secret: string | undefined;
  readonly jwksUrl: string | undefined;
  readonly jwks: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  /** Told to clients in the Bearer challenge (RFC 8898 §2.1.1). */
  readonly authorizationServer: string | undefined;
  /** A valid token makes the account it names. */
  readonly createAccounts: boolean;
}

export interface DemoSettings {
  readonly password: string;
  /** User names that exist before anybody has logged in. */
  readonly accounts: readonly string[];
}

export interface RegistrationSettings {
  readonly minExpires: Seconds;
  readonly maxExpires: Seconds;
  /** Granted to a device that has not shown a keep-alive yet. */
  readonly silentExpires: Seconds;
  /** How long a binding outlives its socket, and how late a refresh may be. */
  readonly grace: Millis;
  /** How long a device's row outlives its last registration. */
  readonly forgetDevice: Millis;
  readonly devices: number;
  readonly contactsPerRegister: number;
}

export interface MessageSettings {
  /** Both directions stay in the log and can be read over HTTP. */
  readonly keepHistory: boolean;
  readonly pendingAfter: Millis;
  readonly storeAfter: Millis;
  readonly storedMessages: number;
  readonly storedOctets: number;
  readonly storedFor: Millis;
}

export interface EventSettings {
  readonly minExpires: Seconds;
  readonly maxExpires: Seconds;
  readonly defaultExpires: Seconds;
  readonly subscriptions: number;
  readonly subscriptionsPerWatcher: number;
  readonly publications: number;
  /** News of one event within this time goes out together. */
  readonly coalesce: Millis;
  /** NOTIFYs that one wake-up sends; the rest follows by the alarm. */
  readonly notifiesAtOnce: number;
  /** NOTIFYs that wait for their answers, but for those of which the watcher's home says that it waits for the page. */
  readonly notifiesUnderWay: number;
  /** Octets of all of them. */
  readonly octetsUnderWay: number;
  readonly watchers: WatcherSettings;
}

/** The realm's word on watchers of whom no rule of the user's speaks. */
export interface WatcherSettings {
  readonly otherwise: "allow" | "confirm" | "block";
  readonly blockedSee: "reject" | "polite-block";
  readonly anonymous: boolean;
}

/** What a user's media may be helped by; the secrets that go with it stay with the Worker (env.ts). */
export interface IceServerSettings {
  /** URIs of RFC 7064. */
  readonly stunUrls: readonly string[];
  /** URIs of RFC 7065, of the operator's own relay. */
  readonly turnUrls: readonly string[];
  /** How long credentials for a relay are good. */
  readonly credentialLifetime: Seconds;
}

/** What a home's flight recorder may keep (decision 0020). */
export interface RecorderSettings {
  /** Every failed call and refused login is kept, whether or not a recording is on. */
  readonly failedCalls: boolean;
  readonly messages: number;
  readonly octets: number;
  /** How long a record is kept. */
  readonly keptFor: Millis;
}

export interface LimitSettings {
  /** Octets of one WebSocket message. */
  readonly frame: number;
  /** Octets of one body. */
  readonly body: number;
  readonly headerFields: number;
  /** Requests a second on one socket, and how many may come at once. */
  readonly requestRate: number;
  readonly requestBurst: number;
  /** Octets that wait for one socket's peer to read; a stranger's peer may be as far behind as one frame is long. */
  readonly unreadOctets: number;
  /** Sockets of one object that nobody has logged in on: in all, and from one address (IPv6: from one /64). */
  readonly strangers: number;
  readonly strangersPerAddress: number;
  readonly strangerLifetime: Millis;
  /** Entries of lists that one user may subscribe to at once; a hundredth as many a second follow. */
  readonly listEntriesBurst: number;
  /** Requests of one user to names that nobody has, at once; a hundredth as many a second follow. */
  readonly nobodiesBurst: number;
  /** Wrong passwords from one address, over all accounts of a realm, at once and an hour. */
  readonly guessesPerAddress: number;
  /** Homes that are woken for strangers from one address at once; a hundredth as many a second follow. */
  readonly newcomersPerAddress: number;
  /** Wrong admin tokens from one address, at once and an hour. */
  readonly adminTries: number;
  /** Messages such a socket may send at once; a tenth as many a second follow. */
  readonly strangerBurst: number;
  /** Sockets of one object that the user has logged in on. */
  readonly sockets: number;
  /** Messages of one socket that wait while one is looked at. */
  readonly queuedPerSocket: number;
  /** Requests of one home that wait for an answer, in each direction, and their octets. */
  readonly openRequests: number;
  readonly openOctets: number;
  /** Objects one request may cross. */
  readonly hops: number;
  readonly nonceLifetime: Millis;
}

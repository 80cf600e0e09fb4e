// Bindings and settings, parsed once with zod. Every variable has a safe default; a value that makes no sense
// stops the gateway with the variable's name, before it serves anybody.

import { z } from "zod";
import { millis, seconds } from "./base/brand";
import { defaultCallSettings } from "./contracts/call-settings";
import type { Settings } from "./contracts/settings";

const list = z
  .string()
  .transform((text) => text.split(",").map((item) => item.trim()))
  .transform((items) => items.filter((item) => item !== ""));

const switchedOn = z
  .enum(["on", "off", "true", "false", "1", "0"])
  .transform((text) => /^(on|true|1)$/.test(text));

const count = (fallback: number, least = 0, most = 1_000_000_000) =>
  z.coerce.number().int().min(least).max(most).default(fallback);

const domain = z
  .string()
  .toLowerCase()
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, "is no domain name");

/** RFC 9110 §5.1. */
const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/;

/** RFC 7517 §5: what the verifier would throw at, found before anybody has to log in with it. */
const keySet = z.string().refine(isKeySet, "is no JWK Set");

function isKeySet(text: string): boolean {
  try {
    return z.object({ keys: z.array(z.object({ kty: z.string() })) }).safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** RFC 7064 §3.1 and RFC 7065 §3.1. A browser throws at anything else, and the call with it. */
const host = /(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?/.source;
const stunUrl = new RegExp(`^stuns?:${host}$`, "i");
const turnUrl = new RegExp(`^turns?:${host}(?:\\?transport=(?:udp|tcp))?$`, "i");
const urls = (syntax: RegExp, what: string) =>
  list.pipe(z.array(z.string().regex(syntax, `is no ${what}`)).max(16)).default([]);

const separate = z.object({
  REALMS: list.pipe(z.array(domain).min(1)).default(["example.com"]),
  DEPLOYMENT_SECRET: z.string().min(16).optional(),
  ADMIN_TOKEN: z.string().min(16).optional(),

  DIGEST_ALGORITHMS: list
    .pipe(z.array(z.enum(["SHA-512-256", "SHA-256", "MD5"])).min(1))
    .default(["SHA-256", "MD5"]),
  TOKEN_SECRET: z.string().min(16).optional(),
  TOKEN_JWKS_URL: z.url().optional(),
  TOKEN_JWKS: keySet.optional(),
  TOKEN_ISSUER: z.string().optional(),
  TOKEN_AUDIENCE: z.string().optional(),
  TOKEN_AUTHORIZATION_SERVER: z.url().optional(),
  TOKEN_CREATES_ACCOUNTS: switchedOn.default(true),
  DEMO_PASSWORD: z.string().min(1).optional(),
  DEMO_ACCOUNTS: list.default(["alice", "bob", "carol"]),
  SESSION_SECONDS: count(43_200, 0, 2_592_000),
  ALLOWED_ORIGINS: list.default([]),
  CLIENT_ADDRESS_HEADER: z.string().toLowerCase().regex(headerName, "is no header's name").optional(),

  MIN_EXPIRES: count(60, 1),
  MAX_EXPIRES: count(600, 60),
  SILENT_EXPIRES: count(150, 60),
  GRACE_SECONDS: count(10, 0, 600),
  FORGET_DEVICE_DAYS: count(30, 1, 3650),
  MAX_DEVICES: count(20, 1, 100),

  KEEP_HISTORY: switchedOn.default(false),
  STORED_MESSAGES: count(1000, 0),
  STORED_OCTETS: count(16 * 1024 * 1024),
  STORED_DAYS: count(30, 1, 3650),

  MAX_SUBSCRIPTION_SECONDS: count(3600, 60),
  MAX_SUBSCRIPTIONS: count(10_000, 1),
  COALESCE_MS: count(500, 0, 10_000),
  WATCHERS: z.enum(["allow", "confirm", "block"]).default("allow"),
  BLOCKED_WATCHERS: z.enum(["refused", "deceived"]).default("refused"),
  ANONYMOUS_WATCHERS: switchedOn.default(false),

  RING_SECONDS: count(120, 5, 170),
  CALL_GRACE_SECONDS: count(60, 5, 600),
  ONE_DECLINE: z.enum(["ends-fork", "counts-as-busy"]).default("ends-fork"),
  SERIAL_FORKING: switchedOn.default(false),
  MAX_CALLS: count(200, 1, 10_000),
  CALL_LOG_ENTRIES: count(500, 0, 10_000),
  CALL_LOG_DAYS: count(90, 1, 3650),

  FIGURES: switchedOn.default(false),
  RECORD_FAILED_CALLS: switchedOn.default(false),
  RECORDED_MESSAGES: count(2000, 100, 20_000),
  RECORDED_OCTETS: count(4 * 1024 * 1024, 262_144, 64 * 1024 * 1024),
  RECORDED_HOURS: count(72, 1, 720),

  STUN_URLS: urls(stunUrl, "STUN URL"),
  TURN_URLS: urls(turnUrl, "TURN URL"),
  TURN_SECRET: z.string().min(16).optional(),
  // The longest that Cloudflare grants is 48 hours.
  TURN_TTL_SECONDS: count(43_200, 60, 172_800),
  TURN_CLOUDFLARE_KEY_ID: z
    .string()
    .regex(/^[a-z0-9_-]{1,64}$/i, "is no key id")
    .optional(),
  TURN_CLOUDFLARE_TOKEN: z
    .string()
    .regex(/^[a-z0-9._~+/=-]{16,512}$/i, "is no API token")
    .optional(),

  MAX_FRAME: count(65_536, 1024, 1_048_576),
  MAX_BODY: count(49_152, 256, 1_048_576),
  REQUEST_RATE: count(1000, 1),
  REQUEST_BURST: count(2000, 1),
  MAX_OPEN_REQUESTS: count(2000, 1, 100_000),
  MAX_OPEN_OCTETS: count(8 * 1024 * 1024, 65_536, 64 * 1024 * 1024),
  MAX_UNREAD_OCTETS: count(1_048_576, 65_536, 64 * 1024 * 1024),
  MAX_STRANGERS: count(256, 1, 10_000),
  MAX_STRANGERS_PER_ADDRESS: count(16, 1),
  STRANGER_SECONDS: count(10, 1, 120),
  STRANGER_BURST: count(50, 4, 100_000),
  GUESSES_PER_ADDRESS: count(60, 1),
  NEWCOMERS_PER_ADDRESS: count(1000, 1, 100_000),
  ADMIN_TRIES: count(10, 1),
  // As many as one list may have.
  LIST_ENTRIES_BURST: count(2500, 250),
  UNKNOWN_NAMES_BURST: count(500, 1, 100_000),
  // The platform holds 32,768 for one object, strangers among them.
  MAX_SOCKETS: count(100, 1, 22_000),
});

const variables = separate
  // Published keys sign for every service of their identity provider: one of the two has to tell ours apart.
  .refine(
    (v) => v.TOKEN_JWKS_URL === undefined || v.TOKEN_ISSUER !== undefined || v.TOKEN_AUDIENCE !== undefined,
    { path: ["TOKEN_JWKS_URL"], message: "needs TOKEN_ISSUER or TOKEN_AUDIENCE" },
  )
  .refine((v) => v.TURN_URLS.length === 0 || v.TURN_SECRET !== undefined, {
    path: ["TURN_URLS"],
    message: "needs TURN_SECRET",
  })
  .refine((v) => v.TURN_SECRET === undefined || v.TURN_URLS.length > 0, {
    path: ["TURN_SECRET"],
    message: "needs TURN_URLS",
  })
  .refine((v) => (v.TURN_CLOUDFLARE_KEY_ID === undefined) === (v.TURN_CLOUDFLARE_TOKEN === undefined), {
    path: ["TURN_CLOUDFLARE_KEY_ID"],
    message: "goes with TURN_CLOUDFLARE_TOKEN",
  })
  .refine((v) => v.TURN_SECRET === undefined || v.TURN_CLOUDFLARE_TOKEN === undefined, {
    path: ["TURN_CLOUDFLARE_TOKEN"],
    message: "goes without TURN_SECRET: there is one provider",
  });

/** What the operator alone may know; never part of Settings, which travel further. */
export interface Secrets {
  readonly deploymentSecret: string | undefined;
  readonly adminToken: string | undefined;
  readonly relay: RelaySecrets | undefined;
}

/** Who runs the relay of media, and what its credentials are made with; undefined where there is none. */
export type RelaySecrets =
  /** A server of the operator's that shares a secret with us, as coturn's `static-auth-secret`. */
  | { readonly kind: "shared-secret"; readonly secret: string }
  | ({ readonly kind: "cloudflare" } & CloudflareTurnKey);

/** A TURN key of Cloudflare Realtime. */
export interface CloudflareTurnKey {
  readonly keyId: string;
  readonly token: string;
}

/** A variable as it may be shown to the operator. */
export interface ShownVariable {
  readonly name: string;
  /** As it would be written, or null where there is none; of a secret only whether there is one. */
  readonly value: string | null;
  readonly default: string | null;
  readonly isDefault: boolean;
}

export type Configuration =
  | {
      readonly ok: true;
      readonly settings: Settings;
      readonly secrets: Secrets;
      readonly shown: () => readonly ShownVariable[];
    }
  | { readonly ok: false; readonly problem: string };

const parsed = new WeakMap<object, Configuration>();

/** The configuration of this environment; parsed at the first call and kept. */
export function configurationOf(env: object): Configuration {
  const known = parsed.get(env);
  if (known !== undefined) return known;
  const outcome = variables.safeParse(env);
  const configuration: Configuration = outcome.success
    ? {
        ok: true,
        settings: settingsOf(outcome.data),
        secrets: secretsOf(outcome.data),
        shown: () => shownVariables(outcome.data),
      }
    : { ok: false, problem: problemOf(outcome.error) };
  parsed.set(env, configuration);
  return configuration;
}

type Variables = z.infer<typeof variables>;

/** No value of these is ever shown; keys of tokens may be such as sign them too. */
export const secretNames: ReadonlySet<string> = new Set<keyof Variables>([
  "ADMIN_TOKEN",
  "DEMO_PASSWORD",
  "DEPLOYMENT_SECRET",
  "TOKEN_JWKS",
  "TOKEN_SECRET",
  "TURN_CLOUDFLARE_TOKEN",
  "TURN_SECRET",
]);

function shownVariables(v: Variables): readonly ShownVariable[] {
  const defaults = separate.parse({});
  return (Object.keys(separate.shape) as (keyof Variables)[]).map((name) => {
    if (secretNames.has(name)) {
      const isSet = v[name] !== undefined;
      return { name, value: isSet ? "set" : "not set", default: "not set", isDefault: !isSet };
    }
    const [value, usual] = [shown(v[name]), shown(defaults[name])];
    return { name, value, default: usual, isDefault: value === usual };
  });
}

/** A URL may hold a password. */
function shown(value: Variables[keyof Variables]): string | null {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return null;
  if (typeof value === "boolean") return value ? "on" : "off";
  return String(value).replaceAll(/:\/\/[^/@\s]*@/g, "://***@");
}

const secretsOf = (v: Variables): Secrets => ({
  deploymentSecret: v.DEPLOYMENT_SECRET,
  adminToken: v.ADMIN_TOKEN,
  relay: relayOf(v),
});

function relayOf(v: Variables): RelaySecrets | undefined {
  const { TURN_SECRET: secret, TURN_CLOUDFLARE_KEY_ID: keyId, TURN_CLOUDFLARE_TOKEN: token } = v;
  if (secret !== undefined) return { kind: "shared-secret", secret };
  return keyId === undefined || token === undefined ? undefined : { kind: "cloudflare", keyId, token };
}

function settingsOf(v: Variables): Settings {
  const tokens = v.TOKEN_SECRET ?? v.TOKEN_JWKS_URL ?? v.TOKEN_JWKS;
  const day = 86_400_000;
  return {
    realms: v.REALMS,
    digestAlgorithms: v.DIGEST_ALGORITHMS,
    tokens: tokens === undefined ? undefined : tokenSettingsOf(v),
    demo:
      v.DEMO_PASSWORD === undefined ? undefined : { password: v.DEMO_PASSWORD, accounts: v.DEMO_ACCOUNTS },
    sessionLifetime: seconds(v.SESSION_SECONDS),
    allowedOrigins: v.ALLOWED_ORIGINS,
    clientAddressHeader: v.CLIENT_ADDRESS_HEADER,
    registration: {
      minExpires: seconds(v.MIN_EXPIRES),
      maxExpires: seconds(v.MAX_EXPIRES),
      silentExpires: seconds(v.SILENT_EXPIRES),
      grace: millis(v.GRACE_SECONDS * 1000),
      forgetDevice: millis(v.FORGET_DEVICE_DAYS * day),
      devices: v.MAX_DEVICES,
      contactsPerRegister: 5,
    },
    messages: {
      keepHistory: v.KEEP_HISTORY,
      pendingAfter: millis(1000),
      storeAfter: millis(4000),
      storedMessages: v.STORED_MESSAGES,
      storedOctets: v.STORED_OCTETS,
      storedFor: millis(v.STORED_DAYS * day),
    },
    events: {
      minExpires: seconds(60),
      maxExpires: seconds(v.MAX_SUBSCRIPTION_SECONDS),
      defaultExpires: seconds(Math.min(3600, v.MAX_SUBSCRIPTION_SECONDS)),
      subscriptions: v.MAX_SUBSCRIPTIONS,
      subscriptionsPerWatcher: 20,
      publications: 20,
      coalesce: millis(v.COALESCE_MS),
      notifiesAtOnce: 50,
      notifiesUnderWay: 1000,
      octetsUnderWay: 32 * 1024 * 1024,
      watchers: {
        otherwise: v.WATCHERS,
        blockedSee: v.BLOCKED_WATCHERS === "refused" ? "reject" : "polite-block",
        anonymous: v.ANONYMOUS_WATCHERS,
      },
    },
    calls: {
      ...defaultCallSettings,
      ringFor: millis(v.RING_SECONDS * 1000),
      serial: v.SERIAL_FORKING,
      oneDecline: v.ONE_DECLINE === "ends-fork" ? "endsFork" : "countsAsBusy",
      grace: millis(v.CALL_GRACE_SECONDS * 1000),
      open: v.MAX_CALLS,
      logEntries: v.CALL_LOG_ENTRIES,
      logFor: millis(v.CALL_LOG_DAYS * day),
    },
    recorder: {
      failedCalls: v.RECORD_FAILED_CALLS,
      messages: v.RECORDED_MESSAGES,
      octets: v.RECORDED_OCTETS,
      keptFor: millis(v.RECORDED_HOURS * 3_600_000),
    },
    iceServers: {
      stunUrls: v.STUN_URLS,
      turnUrls: v.TURN_URLS,
      credentialLifetime: seconds(v.TURN_TTL_SECONDS),
    },
    figures: v.FIGURES,
    limits: {
      frame: v.MAX_FRAME,
      body: v.MAX_BODY,
      headerFields: 256,
      requestRate: v.REQUEST_RATE,
      requestBurst: v.REQUEST_BURST,
      unreadOctets: v.MAX_UNREAD_OCTETS,
      strangers: v.MAX_STRANGERS,
      strangersPerAddress: v.MAX_STRANGERS_PER_ADDRESS,
      strangerLifetime: millis(v.STRANGER_SECONDS * 1000),
      strangerBurst: v.STRANGER_BURST,
      guessesPerAddress: v.GUESSES_PER_ADDRESS,
      newcomersPerAddress: v.NEWCOMERS_PER_ADDRESS,
      adminTries: v.ADMIN_TRIES,
      listEntriesBurst: v.LIST_ENTRIES_BURST,
      nobodiesBurst: v.UNKNOWN_NAMES_BURST,
      sockets: v.MAX_SOCKETS,
      queuedPerSocket: 64,
      openRequests: v.MAX_OPEN_REQUESTS,
      openOctets: v.MAX_OPEN_OCTETS,
      hops: 8,
      nonceLifetime: millis(3_600_000),
    },
  };
}

const tokenSettingsOf = (v: Variables): NonNullable<Settings["tokens"]> => ({
  secret: v.TOKEN_SECRET,
  jwksUrl: v.TOKEN_JWKS_URL,
  jwks: v.TOKEN_JWKS,
  issuer: v.TOKEN_ISSUER,
  audience: v.TOKEN_AUDIENCE,
  authorizationServer: v.TOKEN_AUTHORIZATION_SERVER,
  createAccounts: v.TOKEN_CREATES_ACCOUNTS,
});

/** Names and rules only: a value may be a secret. */
function problemOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
}

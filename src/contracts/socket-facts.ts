// What an object is told of a socket at its opening: facts the Worker vouches for, in one header field of a
// request that it builds itself. No header of the client's reaches the object, so none can be forged.

import { type EpochMs, epochMs } from "../base/brand";
import { longestSession } from "../flow/session-token";
import { type AddressOfRecord, parseAddressOfRecord } from "../sip/uri/address-of-record";

/** Every fact is bounded where it is read; all of them fit a socket's attachment, which holds 16,384 octets. */
const longest = 4096;

/** The header field of the internal upgrade request. */
export const socketFactsHeader = "x-durasip-facts";

/** Whom a bearer token has proven to be at the other end, and until when. */
export interface TokenFacts {
  readonly aor: AddressOfRecord;
  /** With the leeway of the clocks; undefined for a token that never ends. */
  readonly expiresAt: EpochMs | undefined;
}

export interface SocketFacts {
  /** The client's IP address; undefined where the platform does not say. */
  readonly address: string | undefined;
  /** The Origin of the page; undefined for a client that is no browser. */
  readonly origin: string | undefined;
  readonly scheme: "ws" | "wss";
  /** The gateway's own host as the client named it, with the port where it named one, lower case. */
  readonly host: string | undefined;
  readonly token: TokenFacts | undefined;
  readonly userAgent: string | undefined;
  /** Where the address is, as the platform tells it: two characters; absent where nobody does. */
  readonly country?: string;
}

/** The facts at the opening, and what was said there that only the home can judge. */
export interface OpeningFacts extends SocketFacts {
  /** The sealed session in the page's cookie (flow/session-token.ts): nobody vouches for it. Never kept, never logged. */
  readonly session?: string | undefined;
}

/** The header's value: JSON in visible ASCII, which every HTTP hop leaves as it is. */
export function formatSocketFacts(facts: OpeningFacts): string {
  return JSON.stringify(facts).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Reads the header's value. Undefined when it is absent, too long, or was not written by formatSocketFacts. */
export function parseSocketFacts(value: string | null): OpeningFacts | undefined {
  const record = value === null || value.length > longest ? undefined : parseRecord(value);
  const scheme = record?.["scheme"];
  if (record === undefined || (scheme !== "ws" && scheme !== "wss")) return undefined;
  const token = record["token"] === undefined ? undefined : tokenFacts(record["token"]);
  if (token === "malformed") return undefined;
  return {
    address: text(record["address"]),
    origin: text(record["origin"]),
    scheme,
    host: text(record["host"]),
    token,
    userAgent: text(record["userAgent"]),
    ...(isCountry(record["country"]) ? { country: record["country"] } : {}),
    ...sessionIn(record["session"]),
  };
}

/** A token that does not read must not become "no token": that would be another trust, silently. */
function tokenFacts(value: unknown): TokenFacts | "malformed" {
  if (!isRecord(value)) return "malformed";
  const { aor, expiresAt } = value;
  const parsed = typeof aor === "string" ? parseAddressOfRecord(aor) : undefined;
  if (parsed === undefined) return "malformed";
  if (expiresAt === undefined) return { aor: parsed, expiresAt };
  return typeof expiresAt === "number" ? { aor: parsed, expiresAt: epochMs(expiresAt) } : "malformed";
}

/** One that is too long is none of ours, and would not have been sent. */
const sessionIn = (value: unknown): Pick<OpeningFacts, "session"> =>
  typeof value === "string" && value.length <= longestSession ? { session: value } : {};

/** The facts are kept in the socket's attachment, where room is short; all of them are for a log or a comparison. */
const longestText = 256;

const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value.slice(0, longestText) : undefined;

/** ISO 3166-1 alpha-2, or one of the platform's own (`T1`, `XX`). */
export const isCountry = (value: unknown): value is string =>
  typeof value === "string" && /^[A-Z][A-Z0-9]$/.test(value);

function parseRecord(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

import { type EpochMs } from "../../../src/base/brand";
import { type AddressOfRecord } from "../../../src/sip/uri/address-of-record";
export declare const socketFactsHeader = "x-durasip-facts";
export interface TokenFacts {
  readonly aor: AddressOfRecord;
  readonly expiresAt: EpochMs | undefined;
}
export interface SocketFacts {
  readonly address: string | undefined;
  readonly origin: string | undefined;
  readonly scheme: "ws" | "wss";
  readonly host: string | undefined;
  readonly token: TokenFacts | undefined;
  readonly userAgent: string | undefined;
  readonly country?: string;
}
export interface OpeningFacts extends SocketFacts {
  readonly session?: string | undefined;
}
export declare function formatSocketFacts(facts: OpeningFacts): string;
export declare function parseSocketFacts(value: string | null): OpeningFacts | undefined;
export declare const isCountry: (value: unknown) => value is string;

// Everything that reads a peer's text, for the properties that must hold of all of it.

import type { Frame } from "../../src/sip/frame";
import { accepts, parseAccept } from "../../src/sip/headers/accept";
import { parseAcceptContact } from "../../src/sip/headers/accept-contact";
import { isCallId } from "../../src/sip/headers/call-id";
import { parseContacts } from "../../src/sip/headers/contact";
import { parseContentDisposition } from "../../src/sip/headers/content-disposition";
import { parseContentType } from "../../src/sip/headers/content-type";
import { parseCSeq } from "../../src/sip/headers/cseq";
import { parseDate } from "../../src/sip/headers/date";
import { parseDeltaSecondsField } from "../../src/sip/headers/delta-seconds";
import { parseEvent } from "../../src/sip/headers/event";
import { parseDeltaSeconds } from "../../src/sip/headers/integer";
import { parseTokenList, splitList, tokenList } from "../../src/sip/headers/list";
import { parseNameAddrList } from "../../src/sip/headers/name-addr";
import { parseQuotedString } from "../../src/sip/headers/quoted-string";
import { parseQvalue } from "../../src/sip/headers/qvalue";
import { parseRAck } from "../../src/sip/headers/rack";
import { parseReasons } from "../../src/sip/headers/reason";
import { parseReferTo } from "../../src/sip/headers/refer-to";
import { parseReplaces } from "../../src/sip/headers/replaces";
import { isLooseRoute, parseRoutes } from "../../src/sip/headers/route";
import { parseSessionExpires } from "../../src/sip/headers/session-expires";
import { parseSubscriptionState } from "../../src/sip/headers/subscription-state";
import { tagOf } from "../../src/sip/headers/tag";
import { parseVias } from "../../src/sip/headers/via";
import { allFields, fieldValue } from "../../src/sip/message";
import { parseParameters } from "../../src/sip/parameters";
import { parseMessage, salvageRequest } from "../../src/sip/parser";
import { parseAddressOfRecord } from "../../src/sip/uri/address-of-record";
import { decodeEscapes, decodeUnreserved } from "../../src/sip/uri/escape";
import { hostKind } from "../../src/sip/uri/host";
import { parseUri } from "../../src/sip/uri/uri";
import { validateRequest, validateResponse } from "../../src/sip/validate";

/** Every reader of one value, by name. */
export const valueReaders: Readonly<Record<string, (value: string) => unknown>> = {
  accepts: (value) => accepts([value], "application/pidf+xml"),
  decodeEscapes,
  decodeUnreserved,
  hostKind,
  isCallId,
  isLooseRoute,
  parseAccept: (value) => parseAccept([value]),
  parseAcceptContact,
  parseAddressOfRecord,
  parseContacts: (value) => parseContacts([value]),
  parseContentDisposition,
  parseContentType,
  parseCSeq,
  parseDate,
  parseDeltaSeconds,
  parseDeltaSecondsField,
  parseEvent,
  parseNameAddrList,
  parseParameters: (value) => parseParameters(value, 0),
  parseQuotedString,
  parseQvalue,
  parseRAck,
  parseReasons,
  parseReferTo,
  parseReplaces,
  parseRoutes: (value) => parseRoutes([value]),
  parseSessionExpires,
  parseSubscriptionState,
  parseTokenList: (value) => parseTokenList([value]),
  parseUri,
  parseVias: (value) => parseVias([value]),
  splitList,
  tagOf,
  tokenList: (value) => tokenList([value]),
};

/** What becomes of a frame. */
export function readFrame(frame: Frame): "unreadable" | "salvaged" | "refused" | "valid" {
  const parsed = parseMessage(frame);
  if (!parsed.ok) return salvageRequest(frame) === undefined ? "unreadable" : "salvaged";
  const message = parsed.value;
  if (message.kind === "response") return validateResponse(message) ? "valid" : "refused";
  return validateRequest(message) === undefined ? "valid" : "refused";
}

/** Puts every field of a frame before every reader of values. */
export function readEveryField(frame: Frame): void {
  const parsed = parseMessage(frame);
  if (!parsed.ok) return;
  for (const field of allFields(parsed.value)) {
    const value = fieldValue(parsed.value, field);
    for (const read of Object.values(valueReaders)) read(value);
  }
}

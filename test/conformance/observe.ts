// Adapters from this project's parsers to the neutral fields of test/conformance/vectors. A refusal is undefined.

import { parseChallenges } from "../../src/auth/challenge";
import type { Result } from "../../src/base/result";
import { parseAccept } from "../../src/sip/headers/accept";
import { parseAcceptContact } from "../../src/sip/headers/accept-contact";
import { isCallId } from "../../src/sip/headers/call-id";
import { parseContacts } from "../../src/sip/headers/contact";
import { parseContentDisposition } from "../../src/sip/headers/content-disposition";
import { parseContentType } from "../../src/sip/headers/content-type";
import { parseCSeq } from "../../src/sip/headers/cseq";
import { parseDate } from "../../src/sip/headers/date";
import { parseDeltaSecondsField } from "../../src/sip/headers/delta-seconds";
import { parseEvent } from "../../src/sip/headers/event";
import {
  parseContentLength,
  parseDeltaSeconds,
  parseMaxForwards,
  parseSequence,
} from "../../src/sip/headers/integer";
import { parseTokenList } from "../../src/sip/headers/list";
import { type NameAddr, parseNameAddr } from "../../src/sip/headers/name-addr";
import { parseQuotedString } from "../../src/sip/headers/quoted-string";
import { parseQvalue } from "../../src/sip/headers/qvalue";
import { parseRAck } from "../../src/sip/headers/rack";
import { parseReasons } from "../../src/sip/headers/reason";
import { parseReferTo } from "../../src/sip/headers/refer-to";
import { parseReplaces, type Replaces } from "../../src/sip/headers/replaces";
import { parseRoutes } from "../../src/sip/headers/route";
import { parseSessionExpires } from "../../src/sip/headers/session-expires";
import { parseSubscriptionState } from "../../src/sip/headers/subscription-state";
import { parseVias } from "../../src/sip/headers/via";
import {
  allFields,
  fieldValue,
  headerValue,
  headerValues,
  body as messageBody,
  type SipMessage,
} from "../../src/sip/message";
import { type Parameters, parseParameters } from "../../src/sip/parameters";
import { parseMessage } from "../../src/sip/parser";
import { uriEquals } from "../../src/sip/uri/equal";
import { decodeEscapes } from "../../src/sip/uri/escape";
import { hostKind } from "../../src/sip/uri/host";
import { parseUri } from "../../src/sip/uri/uri";
import { validateRequest, validateResponse } from "../../src/sip/validate";

export type Observation = Readonly<Record<string, unknown>>;

const fields = (list: Parameters): Observation =>
  Object.fromEntries(list.map(({ name, value }) => [name, value]));

/** Maps the value of a success; a failure is undefined. */
function seen<Value>(
  parsed: Result<Value, unknown> | undefined,
  observe: (value: Value) => Observation,
): Observation | undefined {
  return parsed?.ok === true ? observe(parsed.value) : undefined;
}

const plain = <Value>(value: Value | undefined): Observation | undefined =>
  value === undefined ? undefined : { value };

export function observeUri(text: string): Observation | undefined {
  return seen(parseUri(text), (uri) => {
    if (uri.kind === "other") return { scheme: uri.scheme, opaque: text.slice(text.indexOf(":") + 1) };
    if (uri.kind === "tel") return { scheme: "tel", number: uri.number, params: fields(uri.parameters) };
    return {
      scheme: uri.scheme,
      user: uri.user ?? null,
      user_decoded: uri.user === undefined ? null : decodeEscapes(uri.user),
      password: uri.password ?? null,
      host: uri.host,
      port: uri.port ?? null,
      params: fields(uri.parameters),
      params_decoded: fields(uri.parameters),
      headers: uri.headers,
      headers_decoded: uri.headers.map((header) => header.map(decodeEscapes)),
    };
  });
}

const nameAddr = ({ display, uri, parameters }: NameAddr): Observation => ({
  display: display ?? null,
  uri,
  uri_parts: observeUri(uri),
  params: fields(parameters),
});

const vias = (values: readonly string[]): readonly Observation[] | undefined => {
  const parsed = parseVias(values);
  if (!parsed.ok) return undefined;
  return parsed.value.map((via) => ({ ...via, port: via.port ?? null, params: fields(via.parameters) }));
};

const list = (items: readonly unknown[] | undefined): Observation | undefined =>
  items === undefined ? undefined : { list: items };

const contacts = (values: readonly string[]): Observation | undefined =>
  seen(parseContacts(values), (value) =>
    value === "*" ? { star: true } : { list: value.map((contact) => nameAddr(contact.nameAddr)) },
  );

const tokens = (value: string): Observation | undefined =>
  seen(parseTokenList([value]), (items) => ({ list: items }));

const routes = (value: string): Observation | undefined =>
  seen(parseRoutes([value]), (items) => ({ list: items.map((route) => nameAddr(route.nameAddr)) }));

const deltaSeconds = (value: string): Observation | undefined =>
  seen(parseDeltaSecondsField(value), (parsed) => ({
    value: parsed.value,
    comment: parsed.comment ?? null,
    params: fields(parsed.parameters),
  }));

const typed = (parsed: Result<{ type: string; parameters: Parameters }, unknown>): Observation | undefined =>
  seen(parsed, (value) => ({ type: value.type, params: fields(value.parameters) }));

const header: Readonly<Record<string, (value: string) => Observation | undefined>> = {
  Accept: (value) =>
    seen(parseAccept([value]), (ranges) => ({
      list: ranges.map((range) => ({ type: range.type, params: fields(range.parameters) })),
    })),
  "Accept-Contact": (value) =>
    seen(parseAcceptContact(value), (items) => ({
      list: items.map((parameters) => ({ star: true, params: fields(parameters) })),
    })),
  Allow: tokens,
  "Call-ID": (value) => (isCallId(value) ? { value } : undefined),
  Contact: (value) => contacts([value]),
  "Content-Disposition": (value) => typed(parseContentDisposition(value)),
  "Content-Length": (value) => plain(parseContentLength(value)),
  "Content-Type": (value) => typed(parseContentType(value)),
  CSeq: (value) => seen(parseCSeq(value), ({ sequence, method }) => ({ seq: sequence, method })),
  Date: (value) => (parseDate(value) === undefined ? undefined : { accept: true }),
  Event: (value) =>
    seen(parseEvent(value), (event) => ({ package: event.package, params: fields(event.parameters) })),
  Expires: (value) => plain(parseDeltaSeconds(value)),
  "Max-Forwards": (value) => plain(parseMaxForwards(value)),
  "Min-Expires": (value) => plain(parseDeltaSeconds(value)),
  "Min-SE": deltaSeconds,
  "Proxy-Require": tokens,
  RAck: (value) =>
    seen(parseRAck(value), ({ responseSequence, cseq }) => ({
      rseq: responseSequence,
      cseq: cseq.sequence,
      method: cseq.method,
    })),
  Reason: (value) =>
    seen(parseReasons(value), (reasons) => ({
      list: reasons.map(({ protocol, parameters }) => ({ protocol, params: fields(parameters) })),
    })),
  "Refer-To": (value) => seen(parseReferTo(value), (referTo) => nameAddr(referTo.nameAddr)),
  Replaces: (value) => seen(parseReplaces(value), observeReplaces),
  "Request-Disposition": tokens,
  Require: tokens,
  "Retry-After": deltaSeconds,
  Route: routes,
  RSeq: (value) => plain(parseSequence(value)),
  "Service-Route": routes,
  "Session-Expires": (value) => seen(parseSessionExpires(value), (parsed) => ({ value: parsed.interval })),
  "Subscription-State": (value) =>
    seen(parseSubscriptionState(value), ({ state, parameters }) => ({ state, params: fields(parameters) })),
  Supported: tokens,
  Via: (value) => list(vias([value])),
};

function observeReplaces(replaces: Replaces): Observation {
  const known = ["to-tag", "from-tag", "early-only"];
  return {
    call_id: replaces.callId,
    to_tag: replaces.toTag,
    from_tag: replaces.fromTag,
    early_only: replaces.earlyOnly,
    other_params: fields(replaces.parameters.filter(({ name }) => !known.includes(name))),
  };
}

/** What the parser of that header makes of the text after its colon; the line goes through the message parser. */
function observeHeader(name: string, value: string): Observation | undefined {
  const parsed = parseMessage(`OPTIONS sip:a@b SIP/2.0\r\n${name}: ${value}\r\n\r\n`);
  const field = parsed.ok ? allFields(parsed.value)[0] : undefined;
  return parsed.ok && field ? header[name]?.(fieldValue(parsed.value, field)) : undefined;
}

function observeStartLine(line: string): Observation | undefined {
  const head =
    "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\n";
  const method = /^[^ ]*/.exec(line)?.[0];
  const parsed = parseMessage(`${line}\r\n${head}CSeq: 1 ${method}\r\n\r\n`);
  if (!parsed.ok) return undefined;
  if (parsed.value.kind === "response") return { ...parsed.value };
  // A scheme of no use to us is well formed all the same.
  const refusal = validateRequest(parsed.value);
  return refusal === undefined || refusal.status === 416
    ? { method: parsed.value.method, uri: parsed.value.requestUri }
    : undefined;
}

function observeMessage(input: string | Uint8Array): Observation | undefined {
  const parsed = parseMessage(input);
  if (!parsed.ok) return undefined;
  const message = parsed.value;
  const refusal = message.kind === "request" ? validateRequest(message) : undefined;
  const dropped = message.kind === "response" && !validateResponse(message);
  const value = (name: string): string => headerValue(message, name) ?? "";
  return {
    ...(message.kind === "request" ? { method: message.method } : { status: message.status }),
    via: vias(headerValues(message, "via")),
    cseq: header["CSeq"]?.(value("cseq")),
    call_id: value("call-id"),
    route_count: headerValues(message, "route").length,
    event: value("event"),
    contact: contacts(headerValues(message, "contact"))?.["list"],
    expires: parseDeltaSeconds(value("expires")),
    body: messageBody(message),
    headers: Object.fromEntries(allFields(message).map(({ name }) => [name, headerValues(message, name)])),
    headers_present: allFields(message).map(({ name }) => name),
    proxy_authenticate_schemes: challengeSchemes(message),
    bad_headers: challengeSchemes(message)?.length === 0 ? ["proxy-authenticate"] : [],
    ...(refusal || dropped ? { reject_at: "validation" } : {}),
    answer: refusal?.status,
  };
}

/** The schemes of the readable challenges. */
function challengeSchemes(message: SipMessage): readonly string[] {
  return headerValues(message, "proxy-authenticate").flatMap((value) => {
    const scheme = /^[A-Za-z]+/.exec(value)?.[0] ?? "";
    return parseChallenges(value) === undefined ? [] : [scheme];
  });
}

/** What this project makes of a vector's input; undefined when it refuses it. */
export function observe(
  kind: string,
  input: string | readonly string[] | Uint8Array,
): Observation | undefined {
  if (kind === "message") return observeMessage(input as string | Uint8Array);
  if (kind === "uri-equivalence") {
    const [a, b] = (input as readonly string[]).map((text) => parseUri(text));
    return a?.ok && b?.ok ? { equal: uriEquals(a.value, b.value) } : undefined;
  }
  const text = typeof input === "string" ? input : new TextDecoder("latin1").decode(input as Uint8Array);
  if (kind.startsWith("header:")) return observeHeader(kind.slice("header:".length), text);
  return byKind[kind]?.(text);
}

const byKind: Readonly<Record<string, (text: string) => Observation | undefined>> = {
  uri: observeUri,
  host: (text) => {
    const kind = hostKind(text);
    return kind === undefined ? undefined : { type: kind === "name" ? "domain" : kind };
  },
  "name-addr": (text) => seen(parseNameAddr(text), nameAddr),
  qvalue: (text) => plain(parseQvalue(text)),
  "quoted-string": (text) => plain(parseQuotedString(text)),
  "generic-params": (text) => {
    const parameters = parseParameters(`;${text}`, 0);
    return parameters && { params: fields(parameters) };
  },
  "start-line": observeStartLine,
};

import { describe, expect, it } from "vitest";
import { DEFAULT_LIST_LIMITS } from "../../src/rls/flat-list";
import { readSubscribedList, refuseWithoutEventList } from "../../src/rls/subscribed-list";
import { buildRequest, type HeaderLine } from "../../src/sip/build";
import type { SipRequest } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";
import { okValue } from "./printed";

/** RFC 5367 Figure 1. */
const uriList = `<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"
               xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <list>
    <entry uri="sip:bill@example.com" />
    <entry uri="sip:joe@example.org" />
    <entry uri="sip:ted@example.net" />
  </list>
</resource-lists>`;

/** RFC 5367 Figure 2, but for the lines that a test names. */
const example: readonly HeaderLine[] = [
  ["Via", "SIP/2.0/TCP terminal.example.com;branch=z9hG4bKwYb6QREiCL"],
  ["Max-Forwards", "70"],
  ["To", "RLS <sip:rls@example.com>"],
  ["From", "<sip:adam@example.com>;tag=ie4hbb8t"],
  ["Call-ID", "cdB34qLToC@terminal.example.com"],
  ["CSeq", "1 SUBSCRIBE"],
  ["Contact", "<sip:terminal.example.com>"],
  ["Event", "presence"],
  ["Expires", "7200"],
  ["Require", "recipient-list-subscribe"],
  ["Supported", "eventlist"],
  ["Accept", "application/cpim-pidf+xml"],
  ["Accept", "application/rlmi+xml"],
  ["Accept", "multipart/related"],
  ["Accept", "multipart/signed"],
  ["Accept", "multipart/encrypted"],
  ["Content-Type", "application/resource-lists+xml"],
  ["Content-Disposition", "recipient-list"],
];

/** Figure 2 with some header fields set to another value, or taken away. */
function subscribe(
  changes: Readonly<Record<string, string | undefined>> = {},
  body = uriList,
  octets = false,
): SipRequest {
  const kept = example.filter(([name]) => !(name in changes));
  const added = Object.entries(changes).flatMap(([name, value]): HeaderLine[] =>
    value === undefined ? [] : [[name, value]],
  );
  const parsed = parseText(
    buildRequest("SUBSCRIBE", "sip:rls@example.com", [...kept, ...added], body),
    octets,
  );
  if (!parsed.ok || parsed.value.kind !== "request") throw new Error("no request");
  return parsed.value;
}

const urisOf = (request: SipRequest): readonly string[] | undefined =>
  okValue(readSubscribedList(request))?.entries.map(({ uri }) => uri);

const three = ["sip:bill@example.com", "sip:joe@example.org", "sip:ted@example.net"];

describe("RFC 5367 §7: the example", () => {
  it("brings three URIs", () => {
    expect(urisOf(subscribe())).toEqual(three);
    expect(refuseWithoutEventList(subscribe())).toBeUndefined();
  });
});

describe("RFC 5367 §3", () => {
  it("one body of several", () => {
    const body = `--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: application/resource-lists+xml\r\nContent-Disposition: recipient-list\r\n\r\n${uriList}\r\n--b--\r\n`;
    const changes = { "Content-Type": "multipart/mixed;boundary=b", "Content-Disposition": undefined };
    expect(urisOf(subscribe(changes, body))).toEqual(three);
  });

  it("a list that does not say what it is for, where Require says it", () => {
    expect(urisOf(subscribe({ "Content-Disposition": undefined }))).toEqual(three);
  });

  it("a list that says what it is for, though Require does not", () => {
    expect(urisOf(subscribe({ Require: undefined }))).toEqual(three);
  });

  it.each([
    ["no body", { "Content-Type": undefined, "Content-Disposition": undefined }, ""],
    [
      "a filter",
      { "Content-Type": "application/simple-filter+xml", "Content-Disposition": undefined },
      "<f/>",
    ],
    ["several bodies that cannot be read", { "Content-Type": "multipart/mixed" }, "x"],
  ])("a SUBSCRIBE with %s that requires nothing brings no list", (_, changes, body) => {
    expect(urisOf(subscribe({ Require: undefined, ...changes }, body))).toBeUndefined();
  });
});

describe("RFC 5367 §4: duplicates are removed, what only XCAP gives a meaning is discarded", () => {
  it("nested lists are flattened, references are not followed", () => {
    const body = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">
      <list><entry uri="sip:a@x"/><list><entry uri="sip:b@x"/><entry uri="sip:a@x"/></list>
      <entry-ref ref="resource-lists/users/sip:a@b/index/~~/resource-lists/list/entry"/>
      <external anchor="http://127.0.0.1/"/></list><list><entry uri="sip:c@x"/></list></resource-lists>`;
    expect(urisOf(subscribe({}, body))).toEqual(["sip:a@x", "sip:b@x", "sip:c@x"]);
  });
});

describe("what cannot be served", () => {
  const multipart = "multipart/mixed;boundary=b";
  it.each([
    ["RFC 5367 §5.1: within a dialog", { To: "<sip:rls@example.com>;tag=1" }, uriList, 415],
    ["required, and no body", { "Content-Type": undefined, "Content-Disposition": undefined }, "", 400],
    ["required, and a body for something else", { "Content-Disposition": "render" }, uriList, 415],
    ["another format", { "Content-Type": "text/uri-list" }, "sip:a@x", 415],
    ["no format", { "Content-Type": undefined }, "sip:a@x", 415],
    ["compressed", { "Content-Encoding": "gzip" }, "x", 415],
    ["no XML", {}, "<resource-lists", 400],
    ["another document", {}, "<resource-lists/>", 400],
    ["a bad multipart body", { "Content-Type": multipart }, "x", 400],
    ["several bodies, none a list", { "Content-Type": multipart }, "--b\r\n\r\nx\r\n--b--", 415],
    ["larger than we read", {}, `${" ".repeat(70_000)}<resource-lists/>`, 413],
  ])("%s", (_, changes, body, status) => {
    expect(readSubscribedList(subscribe(changes, body))).toMatchObject({ ok: false, error: { status } });
  });

  it("octets that are not UTF-8 (RFC 4826 §3.1)", () => {
    const request = subscribe({}, uriList.replace("bill", "b\u00eell"), true);
    expect(readSubscribedList(request)).toMatchObject({ ok: false, error: { status: 400 } });
  });

  it("415 says what is read (RFC 3261 §21.4.13)", () => {
    expect(readSubscribedList(subscribe({ "Content-Type": "text/plain" }))).toMatchObject({
      error: { lines: [["Accept", "application/resource-lists+xml"]] },
    });
    expect(readSubscribedList(subscribe({ "Content-Encoding": "gzip" }))).toMatchObject({
      error: { lines: [["Accept-Encoding", "identity"]] },
    });
  });

  it("more entries than the limit", () => {
    const limits = { ...DEFAULT_LIST_LIMITS, entries: 2 };
    expect(readSubscribedList(subscribe(), limits)).toMatchObject({ ok: false, error: { status: 413 } });
  });
});

describe("RFC 4662 §4.1", () => {
  it("421 without eventlist", () => {
    expect(refuseWithoutEventList(subscribe({ Supported: "gruu, replaces" }))).toEqual({
      status: 421,
      lines: [["Require", "eventlist"]],
    });
    expect(refuseWithoutEventList(subscribe({ Supported: "gruu, eventlist" }))).toBeUndefined();
    expect(refuseWithoutEventList(subscribe({ Supported: undefined, Require: "eventlist" }))).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { responseTo } from "../../src/sip/build";
import { allFields, headerField, type SipRequest } from "../../src/sip/message";
import { parseMessage } from "../../src/sip/parser";
import {
  insertAt,
  removeField,
  removeHeaders,
  replaceRange,
  setFieldValue,
  spliceFrame,
  spliceText,
} from "../../src/sip/splice";

const text =
  "MESSAGE sip:bob@example.com SIP/2.0\r\nv: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\nMax-Forwards:70\r\n" +
  "X-Odd :  kept \r\n as is\r\nf: <sip:a@b>;tag=1\r\nt: <sip:c@d>\r\ni: 1\r\nCSeq: 1 MESSAGE\r\n\r\nhi";

function request(frame: string | Uint8Array): SipRequest {
  const parsed = parseMessage(frame);
  if (!parsed.ok || parsed.value.kind !== "request") return expect.fail("no request");
  return parsed.value;
}

describe("RFC 3261 §16.6", () => {
  it("changes the Request-URI, Max-Forwards and Via, and no other byte", () => {
    const message = request(text);
    const hops = headerField(message, "max-forwards");
    const edits = [
      ...(hops === undefined ? [] : [setFieldValue(hops, "69")]),
      insertAt(message.headStart, "Via: x\r\n"),
      replaceRange(message.requestUriStart, message.requestUriStart + message.requestUri.length, "sip:b@c"),
    ];
    expect(spliceText(message, edits)).toBe(
      text.replace("sip:bob@example.com", "sip:b@c").replace("v: ", "Via: x\r\nv: ").replace(":70", ": 69"),
    );
  });

  it("takes every field of a name out, folds included", () => {
    expect(spliceText(request(text), removeHeaders(request(text), ["x-odd", "via"]))).not.toMatch(
      /kept|as is|WSS/,
    );
  });

  it("gives insertions at one place in the order given", () => {
    const message = request(text);
    const spliced = spliceText(message, [
      insertAt(message.headStart, "A: 1\r\n"),
      insertAt(message.headStart, "B: 2\r\n"),
    ]);
    expect(spliced).toContain("A: 1\r\nB: 2\r\nv:");
  });

  it("takes a field out though something is put in at its place, in whatever order the edits come", () => {
    const message = request(text);
    const [first] = allFields(message);
    if (first === undefined) throw new Error("no field");
    const edits = [removeField(first), insertAt(first.start, "A: 1\r\n")];
    expect(spliceText(message, edits)).toBe(spliceText(message, edits.toReversed()));
    expect(spliceText(message, edits)).not.toContain(message.text.slice(first.start, first.end));
  });
});

describe("RFC 7118 §4", () => {
  it("sends a body that is not UTF-8 on as the same octets", () => {
    const octets = Uint8Array.of(...new TextEncoder().encode(text), 0xff, 0xfe);
    const message = request(octets);
    const spliced = spliceFrame(message, [insertAt(message.headStart, "Via: ä\r\n")]);
    expect(spliced).toBeInstanceOf(Uint8Array);
    expect([...(spliced as Uint8Array)].slice(-4)).toEqual([0x68, 0x69, 0xff, 0xfe]);
    expect(spliceFrame(message, [])).toEqual(octets);
  });
});

describe("RFC 3261 §8.2.6.2", () => {
  it("copies Via, From, To, Call-ID and CSeq, and gives To a tag", () => {
    expect(responseTo(request(text), 200, { toTag: "t" })).toBe(
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n" +
        "To: <sip:c@d>;tag=t\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n",
    );
  });

  it("leaves a tag that To has", () => {
    const tagged = request(text.replace("<sip:c@d>", "sip:c@d ; Tag = x"));
    expect(responseTo(tagged, 200, { toTag: "t" })).toContain("To: sip:c@d ; Tag = x\r\n");
  });
});

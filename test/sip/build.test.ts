import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantError } from "../../src/base/invariant";
import { buildRequest, buildResponse, responseTo } from "../../src/sip/build";
import { parseText } from "../../src/sip/parser";

const request = parseText(
  "OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\nFrom: <sip:a@example.com>;tag=1\r\n" +
    "To: <sip:example.com>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
);

describe("RFC 3261 §7.3.1: a header field value", () => {
  it.each(["a\r\nX-Injected: yes", "a\nX-Injected: yes", "a\r\n folded"])(
    "with a line break in it is a bug of ours, and stops before it is a message: %j",
    (value) => {
      expect(() => buildResponse(200, [["Subject", value]])).toThrow(InvariantError);
      expect(() => buildRequest("MESSAGE", "sip:a@example.com", [["Subject", value]])).toThrow(
        InvariantError,
      );
    },
  );
});

describe("RFC 3261 §25.1 Reason-Phrase", () => {
  it("holds no line break and no control character, whatever it was made of", () => {
    const text = buildResponse(400, [["Call-ID", "1"]], "", "Bad\r\nX-Injected: yes\u0000\t\u007fend");
    expect(text.split("\r\n", 2)).toEqual(["SIP/2.0 400 Bad  X-Injected: yes   end", "Call-ID: 1"]);
  });

  it("never keeps a response from being built and read again (property)", () => {
    if (!request.ok || request.value.kind !== "request") throw new Error("unreadable");
    const asked = request.value;
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (reason) => {
        const read = parseText(responseTo(asked, 400, { reason, toTag: "2" }));
        expect(read.ok && read.value.kind === "response" && read.value.status).toBe(400);
      }),
    );
  });
});

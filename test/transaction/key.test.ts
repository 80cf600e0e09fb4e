import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cancelledKey, clientKey, type RequestIdentity, serverKey } from "../../src/transaction/key";

const invite: RequestIdentity = {
  method: "INVITE",
  requestUri: "sip:bob@example.com",
  callId: "asidkj3ss",
  cseq: 1,
  fromTag: "asdyka899",
  topVia: {
    text: "SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks",
    sentBy: "df7jal23ls0d.invalid",
    branch: "z9hG4bK56sdasks",
  },
};
const old: RequestIdentity = {
  ...invite,
  topVia: { text: "SIP/2.0/WS old.invalid", sentBy: "old.invalid", branch: undefined },
};
const withVia = (request: RequestIdentity, via: Partial<RequestIdentity["topVia"]>): RequestIdentity => ({
  ...request,
  topVia: { ...request.topVia, ...via },
});

describe("RFC 3261 §17.2.3, a branch with the magic cookie", () => {
  it("is matched by branch, sent-by and method alone", () => {
    const other = { ...invite, requestUri: "sip:x@y", callId: "other", cseq: 9, fromTag: undefined };
    expect(serverKey(other)).toBe(serverKey(invite));
    expect(serverKey(withVia(invite, { branch: "z9hG4bK56sdaskt" }))).not.toBe(serverKey(invite));
    expect(serverKey(withVia(invite, { sentBy: "elsewhere.invalid" }))).not.toBe(serverKey(invite));
    expect(serverKey({ ...invite, method: "MESSAGE" })).not.toBe(serverKey(invite));
  });

  it("gives an ACK to its INVITE and keeps a CANCEL apart", () => {
    expect(serverKey({ ...invite, method: "ACK" })).toBe(serverKey(invite));
    expect(serverKey({ ...invite, method: "CANCEL" })).not.toBe(serverKey(invite));
  });

  it("reads branch and sent-by without regard to case (§7.3.1), the method with it", () => {
    const shouted = withVia(invite, { branch: "Z9HG4BK56SDASKS", sentBy: "DF7JAL23LS0D.invalid" });
    expect(serverKey(shouted)).toBe(serverKey(invite));
    expect(serverKey({ ...invite, method: "invite" })).not.toBe(serverKey(invite));
  });
});

describe("RFC 3261 §9.2", () => {
  it("a CANCEL means the INVITE of its branch, or of its RFC 2543 identity", () => {
    expect(cancelledKey({ ...invite, method: "CANCEL" })).toBe(serverKey(invite));
    expect(cancelledKey({ ...old, method: "CANCEL" })).toBe(serverKey(old));
  });
});

describe("RFC 3261 §17.2.3, a branch without the magic cookie", () => {
  it("is matched by Request-URI, From tag, Call-ID, CSeq and the whole top Via", () => {
    expect(serverKey({ ...old })).toBe(serverKey(old));
    for (const other of [
      { ...old, requestUri: "sip:carol@example.com" },
      { ...old, fromTag: "other" },
      { ...old, fromTag: undefined },
      { ...old, callId: "other" },
      { ...old, cseq: 2 },
      { ...old, method: "MESSAGE" },
      withVia(old, { text: "SIP/2.0/WS old.invalid;branch=7" }),
    ]) {
      expect(serverKey(other)).not.toBe(serverKey(old));
    }
  });

  it("gives an ACK to its INVITE by the CSeq number", () => {
    expect(serverKey({ ...old, method: "ACK" })).toBe(serverKey(old));
  });

  it("RFC 4475 §3.2.1: the cookie alone is no branch, so two requests with it stay two", () => {
    const bare = withVia(invite, { branch: "z9hG4bK" });
    expect(serverKey(bare)).not.toBe(serverKey({ ...bare, callId: "other" }));
  });
});

describe("RFC 3261 §17.1.3", () => {
  it("matches a response by branch and CSeq method", () => {
    expect(clientKey("z9hG4bKabc", "INVITE")).toBe(clientKey("z9hG4bKABC", "INVITE"));
    expect(clientKey("z9hG4bKabc", "INVITE")).not.toBe(clientKey("z9hG4bKabc", "CANCEL"));
  });

  it("no key of a client transaction is one of a server transaction", () => {
    const text = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, (branch, sentBy, method) => {
        expect(clientKey(branch, method)).not.toBe(
          serverKey({ ...withVia(invite, { branch, sentBy }), method }),
        );
      }),
    );
  });

  it("no value can pose as two: different branch, sent-by and method never share a key", () => {
    const part = fc.stringMatching(/^[a-z",[\]\\\n]{0,5}$/);
    const parts = fc.tuple(part, part, part);
    const keyOf = ([branch, sentBy, method]: readonly [string, string, string]): string =>
      serverKey({ ...withVia(invite, { branch: `z9hG4bK1${branch}`, sentBy }), method });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});

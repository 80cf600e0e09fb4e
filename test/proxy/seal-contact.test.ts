// The Contact of a page on its way out and back: what is ours is put in and taken out, and every other byte stays.

import { describe, expect, it } from "vitest";
import { createKeyring } from "../../durable-objects/host/keyring";
import { pageOfUri, withoutPageParameter } from "../../src/flow/page-parameter";
import type { Seal } from "../../src/flow/seal";
import { plainContacts, sealContact } from "../../src/proxy/seal-contact";
import { parseContacts } from "../../src/sip/headers/contact";
import { headerValues, type SipMessage } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";
import { spliceText } from "../../src/sip/splice";
import type { AddressOfRecord } from "../../src/sip/uri/address-of-record";
import { parseUri } from "../../src/sip/uri/uri";

const seal: Seal = createKeyring("a secret of the tests' own").seal("contact");
const page = "sip:x1@df7jal.invalid;transport=ws";
const target = { aor: "alice@example.com" as AddressOfRecord, page };

function withContact(value: string): SipMessage {
  const parsed = parseText(
    "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\n" +
      "From: <sip:alice@example.com>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n" +
      `Contact: ${value}\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`,
  );
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function left(value: string): SipMessage {
  const message = withContact(value);
  const parsed = parseText(spliceText(message, sealContact(message, seal, target)));
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

/** Whose page each Contact of a message leads to. */
function pagesOf(message: SipMessage): readonly (string | undefined)[] {
  const contacts = parseContacts(headerValues(message, "contact"));
  if (!contacts.ok || contacts.value === "*") throw new Error("no Contacts");
  return contacts.value.map(({ nameAddr }) => {
    const uri = parseUri(nameAddr.uri);
    return uri.ok && uri.value.kind === "sip" ? pageOfUri(seal, uri.value)?.page : undefined;
  });
}

describe("design, Dialogs: a Contact of a made-up host", () => {
  it.each([
    ["in brackets", `<${page}>;expires=60`],
    ["with a display name that holds it too", `"Alice <${page}>" <${page}>`],
    ["with header parameters that hold it too", `<${page}>;+x="<${page}>"`],
    ["with headers", "<sip:x1@df7jal.invalid;transport=ws?X=1>"],
    ["whose user part holds what divides URIs", "<sip:a;durasip=1?b@df7jal.invalid>"],
    ["on two lines", `<${page}>\r\n ;expires=60`],
  ])("leads to its page once it has left, and comes back as it was: %s", (_, value) => {
    const message = left(value);
    expect(pagesOf(message)).toEqual([page]);
    expect(plainContacts(message)).toEqual(plainContacts(withContact(value)));
    expect(plainContacts(message)[0]).not.toContain(";durasip=ey");
  });

  it("stands in brackets afterwards, for the parameter is the URI's (RFC 3261 §20)", () => {
    const message = left("sip:x1@df7jal.invalid;expires=60");
    expect(headerValues(message, "contact")[0]).toMatch(
      /^<sip:x1@df7jal\.invalid;durasip=[^;>]+>;expires=60$/,
    );
  });

  it("is each one of several, as a 3xx has them", () => {
    expect(pagesOf(left(`<${page}>, <sip:bob@example.com>, <${page}>`))).toEqual([page, undefined, page]);
  });
});

describe("design, Trust: what a client claims to be ours", () => {
  it.each(["durasip", "DuraSIP", "%64urasip"])("never passes: %s", (name) => {
    const message = left(`<sip:x1@203.0.113.1;${name}=forged;transport=ws>`);
    expect(headerValues(message, "contact")).toEqual(["<sip:x1@203.0.113.1;transport=ws>"]);
    const ours = left(`<sip:x1@df7jal.invalid;${name}=forged>`);
    expect(pagesOf(ours)).toEqual([page]);
    expect(headerValues(ours, "contact")[0]).not.toContain("forged");
  });

  it.each(["*", "<tel:+12125550100>", "<sip:bob@example.com>", "<sip:g@x.invalid;gr=1>"])(
    "%s stays as it is",
    (value) => {
      expect(headerValues(left(value), "contact")).toEqual([value]);
    },
  );

  it("is told from what only looks like it", () => {
    expect(withoutPageParameter("sip:a;durasip=1@h")).toBe("sip:a;durasip=1@h");
    expect(withoutPageParameter("sip:a@h;xdurasip=1;durasip;b?durasip=1")).toBe(
      "sip:a@h;xdurasip=1;b?durasip=1",
    );
  });
});

import { describe, expect, test } from "vitest";
import { epochMs } from "../../src/base/brand";
import { classifyMessage, imdnMessageId } from "../../src/messaging/classify-message";
import type { SipRequest } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";

/** 13 Nov 2010 23:29:00 GMT */
const receivedAt = epochMs(1_289_690_940_000);

function message(headers: string, body = "Watson, come here."): SipRequest {
  const parsed = parseText(
    `MESSAGE sip:bob@example.com SIP/2.0\r\n${headers
      .trim()
      .split("\n")
      .map((line) => `${line.trim()}\r\n`)
      .join("")}\r\n${body}`,
  );
  if (!parsed.ok || parsed.value.kind !== "request") throw new Error("the test's own message is wrong");
  return parsed.value;
}

const classify = (headers: string, body?: string, inDialog = false) =>
  classifyMessage(message(headers, body), { inDialog, receivedAt });

describe("RFC 3428: what is stored", () => {
  test("a message outside a dialog is", () => {
    expect(classify("Content-Type: text/plain")).toEqual({ treatment: "storable" });
  });

  test("a message in a dialog is not", () => {
    expect(classify("Content-Type: text/plain", "hi", true)).toEqual({ treatment: "transient" });
  });

  test("a disposition notification is, as itself and in CPIM", () => {
    expect(classify("Content-Type: message/imdn+xml")).toEqual({ treatment: "storable" });
    expect(
      classify(
        "Content-Type: message/cpim",
        "NS: imdn <urn:ietf:params:imdn>\r\n\r\nContent-Type: message/imdn+xml\r\n\r\n<imdn/>",
      ),
    ).toEqual({ treatment: "storable" });
  });
});

describe("RFC 3994: isComposing", () => {
  test("is known by its type, parameters and case aside", () => {
    expect(classify('c: Application/im-isComposing+XML;charset="utf-8"')).toEqual({ treatment: "composing" });
  });

  test("stays composing in a dialog", () => {
    expect(classify("Content-Type: application/im-iscomposing+xml", "", true)).toEqual({
      treatment: "composing",
    });
  });

  test("§3.5: is known in CPIM, with the MIME headers apart or right behind", () => {
    const head = "From: <im:a@example.com>\r\nTo: <im:b@example.com>\r\n";
    const type = "Content-type: application/im-iscomposing+xml; charset=utf-8\r\n\r\n<isComposing/>";
    expect(classify("Content-Type: Message/CPIM", `${head}\r\n${type}`)).toEqual({ treatment: "composing" });
    expect(classify("Content-Type: Message/CPIM", head + type)).toEqual({ treatment: "composing" });
  });

  test("is not seen in what a user writes", () => {
    expect(
      classify(
        "Content-Type: message/cpim",
        "To: <im:b@example.com>\r\n\r\nContent-Type: text/plain\r\n\r\nContent-Type: application/im-iscomposing+xml",
      ),
    ).toEqual({ treatment: "storable" });
  });
});

describe("RFC 3428 §7: Expires", () => {
  test("counts from Date", () => {
    expect(classify("Expires: 60\nDate: Sat, 13 Nov 2010 23:28:30 GMT")).toEqual({
      treatment: "storable",
      expiresAt: receivedAt + 30_000,
    });
  });

  test("counts from the arrival without a Date, or with one that is none", () => {
    const expected = { treatment: "storable", expiresAt: receivedAt + 60_000 };
    expect(classify("Expires: 60")).toEqual(expected);
    expect(classify("Expires: 60\nDate: yesterday")).toEqual(expected);
  });

  test("of 0, or passed on arrival, forbids to store", () => {
    expect(classify("Expires: 0\nDate: Sat, 13 Nov 2010 23:59:00 GMT")).toEqual({ treatment: "transient" });
    expect(classify("Expires: 30\nDate: Sat, 13 Nov 2010 23:28:30 GMT")).toEqual({ treatment: "transient" });
  });

  test("that is no number is as if absent", () => {
    expect(classify("Expires: soon")).toEqual({ treatment: "storable" });
    expect(classify("Expires: 4294967296")).toEqual({ treatment: "storable" });
  });
});

describe("RFC 5438 §6.3: Message-ID", () => {
  const cpim = "Content-Type: message/cpim";

  test("is read in the example of §7.1.1.3", () => {
    const body = [
      "From: Alice <im:alice@example.com>",
      "To: Bob <im:bob@example.com>",
      "NS: imdn <urn:ietf:params:imdn>",
      "imdn.Message-ID: 34jk324j",
      "DateTime: 2006-04-04T12:16:49-05:00",
      "imdn.Disposition-Notification: positive-delivery, negative-delivery",
      "Content-type: text/plain",
      "Content-length: 12",
      "",
      "Hello World",
    ].join("\r\n");
    expect(imdnMessageId(message(cpim, body))).toBe("34jk324j");
  });

  test("is not looked for in another type", () => {
    expect(
      imdnMessageId(message("Content-Type: text/plain", "imdn.Message-ID: 34jk324j\r\n\r\n")),
    ).toBeUndefined();
  });
});

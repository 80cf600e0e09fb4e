import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCpim, writeCpim } from "../../../../web/line/messages/cpim";
import { leastTime } from "../../../support/least-time";

const lines = (...all: readonly string[]): string => all.join("\r\n");

describe("RFC 3862: a CPIM message that is read", () => {
  it("RFC 5438 §7.1.1.3: the request for reports, with the MIME headers behind an empty line", () => {
    const read = readCpim(
      lines(
        ...["From: Alice <im:alice@example.com>", "To: Bob <im:bob@example.com>"],
        ...["NS: imdn <urn:ietf:params:imdn>", "imdn.Message-ID: 34jk324j"],
        ...[
          "DateTime: 2006-04-04T12:16:49-05:00",
          "imdn.Disposition-Notification: positive-delivery, display",
        ],
        ...["", "Content-type: text/plain", "Content-length: 12", "", "Hello World"],
      ),
    );
    expect(read).toEqual({
      messageId: "34jk324j",
      wants: ["positive-delivery", "display"],
      at: Date.UTC(2006, 3, 4, 17, 16, 49),
      contentType: "text/plain",
      content: "Hello World",
    });
  });

  it("RFC 5438 §7: with the MIME headers right behind the message headers, and bare line feeds", () => {
    const read = readCpim("From: <im:a@b>\nContent-Type: Text/HTML; charset=utf-8\n\n<p>one\n\ntwo</p>\n");
    expect(read).toMatchObject({ contentType: "text/html", content: "<p>one\n\ntwo</p>\n" });
  });

  it("RFC 5438 §6.1: under any prefix that is bound to the namespace, and under no other", () => {
    const head = (ns: string, prefix: string): string =>
      lines(`NS: ${ns}`, `${prefix}.Message-ID: x1`, "", "Content-Type: text/plain", "", "t");
    expect(readCpim(head("d <urn:ietf:params:imdn>", "d"))?.messageId).toBe("x1");
    expect(readCpim(head("d <urn:other>", "d"))?.messageId).toBeUndefined();
    expect(readCpim(head("imdn <urn:other>", "imdn"))?.messageId).toBeUndefined();
  });

  it("takes no id that could not stand in a report", () => {
    for (const id of ["a b", 'a"b', "<x>", "x".repeat(257), "", "ü;"]) {
      const body = lines(`imdn.Message-ID: ${id}`, "", "Content-Type: text/plain", "", "t");
      expect(readCpim(body)?.messageId, id).toBeUndefined();
    }
  });

  it.each(["", "x", "\r\n", "From: a", "From: a\r\n\r\n", "::::\n\n", `${"a: b\n".repeat(200)}\n\ntext`])(
    "is none where there is no content: %j",
    (body) => {
      expect(readCpim(body)).toBeUndefined();
    },
  );

  it("never throws, and takes no long time, whatever comes", () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (body) => void readCpim(body)));
    const hostile = [
      ":;".repeat(30_000),
      "NS: <".repeat(12_000),
      "\n".repeat(65_000),
      "a:b\n".repeat(16_000),
    ];
    const taken = leastTime(() => {
      for (const body of hostile) readCpim(body);
      expect(readCpim("x".repeat(70_000))).toBeUndefined();
    });
    expect(taken).toBeLessThan(200);
  });
});

describe("RFC 3862: a CPIM message that is written", () => {
  it("is read as it was meant", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 200 });
    fc.assert(
      fc.property(
        text,
        fc.uuid(),
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
        (content, id, date) => {
          const parts = {
            from: "a@example.com",
            to: "b@example.com",
            at: date.getTime(),
            messageId: id,
            content,
          };
          const body = writeCpim({ ...parts, wants: ["display"], contentType: "text/plain" });
          expect(readCpim(body)).toEqual({
            ...{ messageId: id, wants: ["display"], at: date.getTime(), contentType: "text/plain", content },
          });
        },
      ),
    );
  });
});

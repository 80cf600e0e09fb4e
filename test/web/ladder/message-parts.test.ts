import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageParts } from "../../../web/ladder/message-parts";

describe("a message for reading", () => {
  it("has a start line, header fields with their names, folded lines, and a body", () => {
    const text =
      "INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/WSS x.invalid\r\nSubject: one\r\n two\r\nl : 4\r\n\r\nv=0\r\n\r\n";
    expect(messageParts(text)).toEqual({
      start: "INVITE sip:bob@example.com SIP/2.0",
      headers: [
        { name: "Via:", value: " SIP/2.0/WSS x.invalid" },
        { name: "Subject:", value: " one" },
        { name: "", value: " two" },
        { name: "l :", value: " 4" },
      ],
      body: "v=0\n\n",
    });
  });

  it("without a body ends with its headers", () => {
    expect(messageParts("BYE sip:a@b SIP/2.0\r\nMax-Forwards: 70\r\n\r\n").headers).toHaveLength(1);
    expect(messageParts("BYE sip:a@b SIP/2.0\r\nMax-Forwards: 70\r\n").body).toBe("");
  });

  it("loses nothing, whatever the text is", () => {
    const line = fc.string({ unit: "binary" }).map((text) => text.replaceAll(/[\r\n]/g, ""));
    fc.assert(
      fc.property(
        fc.array(
          line.filter((text) => text !== ""),
          { minLength: 1 },
        ),
        line,
        (head, body) => {
          const parts = messageParts(`${head.join("\r\n")}\r\n\r\n${body}`);
          const shown = [parts.start, ...parts.headers.map(({ name, value }) => name + value)];
          expect([...shown, "", parts.body]).toEqual([...head, "", body]);
        },
      ),
    );
  });
});

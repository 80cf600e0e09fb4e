import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readComposing, writeComposing } from "../../../../web/line/messages/composing-document";
import { readReport, writeReport } from "../../../../web/line/messages/report";
import { stubDomParser } from "../dom-parser";

beforeEach(stubDomParser);
afterEach(() => void vi.unstubAllGlobals());

const entities = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]>';
const malformed = ["", "x", "<", "<imdn>", "<imdn/>", `${"<a>".repeat(20_000)}`, "\0", "<isComposing/>"];

describe("RFC 5438 §7.2: a report", () => {
  it("is read as it was written, whatever the addresses hold", () => {
    const parts = { messageId: "a-1.b", at: 0, recipient: "o'<b>&\"@example.com" } as const;
    for (const status of ["delivered", "displayed"] as const) {
      expect(readReport(writeReport({ ...parts, status }))).toEqual({ messageId: "a-1.b", status });
    }
  });

  it("§7.2.1.2: of the example in the RFC, and one that says it failed", () => {
    const report = (status: string): string =>
      `<?xml version="1.0" encoding="UTF-8"?>
       <imdn xmlns="urn:ietf:params:xml:ns:imdn">
         <message-id>34jk324j</message-id>
         <datetime>2008-04-04T12:16:49-05:00</datetime>
         <recipient-uri>im:bob@example.com</recipient-uri>
         <original-recipient-uri>im:bob@example.com</original-recipient-uri>
         ${status}
       </imdn>`;
    const of = (status: string) =>
      readReport(report(`<delivery-notification><status>${status}</status></delivery-notification>`));
    expect(of("<delivered/>")).toEqual({ messageId: "34jk324j", status: "delivered" });
    expect(of("<failed/>")).toEqual({ messageId: "34jk324j", status: "failed" });
    expect(of("<forbidden/>")).toBeUndefined();
    expect(
      readReport(report("<processing-notification><status><stored/></status></processing-notification>")),
    ).toBe(undefined);
  });

  it.each([
    ...malformed,
    `${entities}${writeReport({ messageId: "a", at: 0, recipient: "b", status: "delivered" })}`,
  ])("is none: %#", (body) => {
    expect(readReport(body)).toBeUndefined();
  });
});

describe("RFC 3994 §6: that somebody is writing", () => {
  it.each([
    { isActive: true, refresh: 60 },
    { isActive: false, refresh: undefined },
  ])("is read as it was written: %o", (state) => {
    expect(readComposing(writeComposing(state))).toEqual(state);
  });

  it("§3.1: a state nobody knows is idle; a refresh has its bounds", () => {
    const document = (inner: string): string =>
      `<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing">${inner}</isComposing>`;
    expect(readComposing(document("<state>dancing</state>"))?.isActive).toBe(false);
    for (const [refresh, seconds] of [
      ["999999999", 3600],
      ["-5", undefined],
      ["1e9", undefined],
      ["", undefined],
    ] as const) {
      const read = readComposing(document(`<state>active</state><refresh>${refresh}</refresh>`));
      expect(read, refresh).toEqual({ isActive: true, refresh: seconds });
    }
  });

  it.each([...malformed, entities + writeComposing({ isActive: true, refresh: 1 })])(
    "is none: %#",
    (body) => {
      expect(readComposing(body)).toBeUndefined();
    },
  );
});

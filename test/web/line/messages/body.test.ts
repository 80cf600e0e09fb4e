import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readBody, writeText } from "../../../../web/line/messages/body";
import { composingType, writeComposing } from "../../../../web/line/messages/composing-document";
import { stubDomParser } from "../dom-parser";

beforeEach(stubDomParser);
afterEach(() => void vi.unstubAllGlobals());

const parts = { from: "a@localhost", to: "b@localhost", at: 1000, messageId: "m-1", text: "hi & <bye>" };
const read = (contentType: string, body: string, disposition?: string) =>
  readBody({ contentType, body, disposition });

describe("what a message says", () => {
  it("to a stranger: plain text, with the wishes in a header", () => {
    const written = writeText(parts, undefined);
    expect(written).toMatchObject({
      contentType: "text/plain;charset=utf-8",
      body: parts.text,
      disposition: "m-1;positive-delivery;display",
    });
    expect(readBody(written)).toMatchObject({
      ...{ kind: "text", text: parts.text, messageId: "m-1", speaks: "header" },
      wants: ["positive-delivery", "display"],
    });
  });

  it("to who writes CPIM: CPIM, and no header", () => {
    const written = writeText(parts, "cpim");
    expect(written).toMatchObject({ contentType: "message/cpim", disposition: undefined });
    expect(readBody(written)).toMatchObject({ text: parts.text, messageId: "m-1", speaks: "cpim", at: 1000 });
  });

  it("of a stock client: text, and no wish", () => {
    expect(read("text/plain", "hello")).toMatchObject({ text: "hello", wants: [], messageId: undefined });
    expect(read("Text/Plain ; charset=utf-8", "x")).toMatchObject({ kind: "text" });
  });

  it.each(["", ";display", "a b;display", "<x>;display", `${"x".repeat(300)};display`])(
    "with a header that makes no sense: no wish (%s)",
    (disposition) => {
      expect(read("text/plain", "x", disposition)).toMatchObject({ messageId: undefined, wants: [] });
    },
  );

  it("grants no wish that it does not know", () => {
    expect(read("text/plain", "x", "m;negative-delivery; display ;processing;<script>")).toMatchObject({
      wants: ["display"],
    });
  });

  it("RFC 3994 §3.5: composing, bare or in CPIM; nothing of what it cannot show", () => {
    const state = writeComposing({ isActive: true, refresh: 60 });
    expect(read(composingType, state)).toMatchObject({ kind: "composing", state: { isActive: true } });
    const cpim = `From: <im:a@b>\r\n\r\nContent-Type: ${composingType}\r\n\r\n${state}`;
    expect(read("message/cpim", cpim)).toMatchObject({ kind: "composing" });
    for (const type of ["image/png", "text/html", "", "multipart/mixed;boundary=x", "message/sipfrag"]) {
      expect(read(type, "x"), type).toBeUndefined();
    }
  });
});

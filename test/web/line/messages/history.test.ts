import { describe, expect, it } from "vitest";
import { mayBeLogged, mergeHistory, readHistory, readLogged } from "../../../../web/line/messages/history";
import type { KeptLine } from "../../../../web/line/messages/kept-lines";

const logged = (more: object = {}) => ({
  ...{ sequence: 7, direction: "received", from: "sip:bob@localhost", to: "sip:alice@localhost" },
  ...{ at: "2026-11-28T12:00:00.000Z", contentType: "text/plain", body: "hi", encoding: "text", taken: true },
  ...more,
});
const noon = Date.parse("2026-11-28T12:00:00.000Z");

describe("the log at the gateway", () => {
  it("is read as lines of conversations", () => {
    expect(readLogged(logged())).toEqual([
      {
        peer: "bob@localhost",
        line: { id: "log-7", text: "hi", at: noon, mark: undefined },
        isWaiting: false,
      },
    ]);
    expect(readLogged(logged({ taken: false }))[0]?.isWaiting).toBe(true);
    expect(readLogged(logged({ direction: "sent", taken: false }))).toEqual([
      {
        peer: "alice@localhost",
        line: { id: "log-7", text: "hi", at: noon, mark: { kind: "stored" } },
        isWaiting: false,
      },
    ]);
  });

  it("knows a CPIM message by its id, and shows nothing of what is no text", () => {
    const body =
      "NS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: m1\r\n\r\nContent-Type: text/plain\r\n\r\nhi";
    expect(readLogged(logged({ contentType: "message/cpim", body }))[0]?.line).toMatchObject({
      ...{ id: "in-m1", text: "hi" },
    });
    for (const more of [
      { contentType: "image/png" },
      { encoding: "base64" },
      { at: "?" },
      { from: 3 },
      { body: {} },
    ]) {
      expect(readLogged(logged(more)), JSON.stringify(more)).toEqual([]);
    }
    for (const value of [null, 1, "x", [], {}]) expect(readLogged(value)).toEqual([]);
  });

  it("takes what has just been said for no line that the log had told of", () => {
    const copy = "X5e2b7Qk@example.com";
    expect(mayBeLogged("08glo51ktkocbpb3tv2i", "example.com", noon - 2500, noon)).toBe(false);
    expect(mayBeLogged("08glo51ktkocbpb3tv2i", "example.com", noon - 900, noon)).toBe(true);
    expect(mayBeLogged(copy, "example.com", noon - 90_000, noon)).toBe(true);
    expect(mayBeLogged("a@client.example.com", "example.com", noon - 90_000, noon)).toBe(false);
  });

  it("adds what is not there, and each line once", () => {
    const line = (id: string, text: string, at: number, mark?: KeptLine["mark"]): KeptLine => ({
      id,
      text,
      at,
      mark,
    });
    const here = [line("in-a", "hi", noon + 900), line("x", "hi", noon + 900, { kind: "displayed" })];
    const log = [line("log-1", "hi", noon), line("log-2", "hi", noon), line("log-3", "hi", noon - 90_000)];
    expect(mergeHistory(here, log).map(({ id }) => id)).toEqual(["in-a", "x", "log-2", "log-3"]);
    expect(mergeHistory(here, [line("log-1", "hi", noon)])).toBe(here);
  });

  it("shows what was stored where it was said, and leaves what came at once where it is", () => {
    const line = (id: string, text: string, at: number): KeptLine => ({ id, text, at, mark: undefined });
    const here = [line("in-a", "stored", noon + 40_000), line("in-b", "at once", noon + 500)];
    const log = [line("log-1", "stored", noon - 10), line("log-2", "at once", noon - 10)];
    expect(mergeHistory(here, log).map(({ at }) => at)).toEqual([noon - 10, noon + 500]);
  });

  it("is told by the clock of this machine", async () => {
    const api = {
      put: () => Promise.reject(new Error()),
      get: () => Promise.resolve({ messages: [logged()] }),
      ahead: () => 300_000,
    };
    expect((await readHistory(api, 0)).lines.map(({ line }) => line.at)).toEqual([noon - 300_000]);
  });

  it("is read page by page, and never for ever", async () => {
    const asked: string[] = [];
    const api = {
      put: () => Promise.reject(new Error()),
      ahead: () => 0,
      get: (_: string, { after = "" }: Readonly<Record<string, string>> = {}) => {
        asked.push(after);
        return Promise.resolve({ messages: [logged({ sequence: Number(after) })], next: Number(after) + 1 });
      },
    };
    const { lines, after } = await readHistory(api, 3);
    expect(lines).toHaveLength(20);
    expect(asked.slice(0, 3)).toEqual(["3", "4", "5"]);
    expect(after).toBe(23);
    const stuck = { ...api, get: () => Promise.resolve({ messages: [logged()], next: 0 }) };
    expect((await readHistory(stuck, 0)).lines).toHaveLength(1);
    const last = { ...api, get: () => Promise.resolve({ messages: [logged()] }) };
    expect((await readHistory(last, 2)).after).toBe(7);
    const none = { ...api, get: () => Promise.reject(new Error("404")) };
    expect(await readHistory(none, 5)).toEqual({ lines: [], after: 5 });
  });
});

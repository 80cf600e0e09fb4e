import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keptConversations } from "../../../../web/line/messages/kept-lines";
import { createTalk, readTalks } from "../../../../web/line/messages/talk";
import { createStore } from "../../../../web/line/store";

const stored = new Map<string, string>();
let isFull = false;

beforeEach(() => {
  stored.clear();
  isFull = false;
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (isFull) throw new DOMException("full", "QuotaExceededError");
      stored.set(key, value);
    },
  });
});
afterEach(() => void vi.unstubAllGlobals());

const open = (aor = "alice@localhost") => {
  const store = createStore(readTalks(aor));
  return { store, talk: createTalk(aor, store) };
};
const line = (id: string, at: number, isUnread = false) => ({ id, text: id, at, mark: undefined, isUnread });

describe("what was said", () => {
  it("is there again after a reload, in the order of its times, with what is unread and how the other speaks", () => {
    const { talk } = open();
    talk.lines("bob@localhost", (lines) => [...lines, line("late", 2, true), line("early", 1)]);
    talk.speaks("bob@localhost", "cpim");
    const again = open().talk.with("bob@localhost");
    expect(again.lines.map(({ id }) => id)).toEqual(["early", "late"]);
    expect(again).toMatchObject({ unread: 1, speaks: "cpim", composing: false });
    expect(open("carol@localhost").store.get().size).toBe(0);
  });

  it("of what was under way when the page was left nobody knows what became", () => {
    const { talk } = open();
    const sending = { id: "x", text: "x", at: 1, mark: { kind: "sending" } } as const;
    talk.lines("bob@localhost", () => [sending]);
    expect(open().talk.with("bob@localhost").lines[0]?.mark).toEqual({ kind: "unknown" });
  });

  it("is the last five hundred lines, and goes on where the store is full", () => {
    const { talk, store } = open();
    isFull = true;
    talk.lines("bob@localhost", () => Array.from({ length: 505 }, (_, at) => line(String(at), at)));
    expect(talk.with("bob@localhost").lines).toHaveLength(500);
    expect(talk.with("bob@localhost").lines[0]?.id).toBe("5");
    expect(store.get().size).toBe(1);
  });

  it.each([
    ...["{", "null", "[[1,2]]", '[{"peer":3,"lines":[]}]', '[{"peer":"b","lines":"x"}]'],
    '[{"peer":"b","lines":[{"id":1,"text":"x","at":1}],"speaks":"loudly"}]',
  ])("is nothing where the store holds %s", (text) => {
    stored.set("durasip.talk.alice@localhost", text);
    expect((keptConversations("alice@localhost").get() ?? []).flatMap(({ lines }) => lines)).toEqual([]);
    expect(open().talk.with("b")).toMatchObject({ lines: [], speaks: undefined });
  });
});

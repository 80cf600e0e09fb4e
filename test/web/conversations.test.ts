import { beforeEach, describe, expect, it, vi } from "vitest";
import { openConversations, type Said } from "../../web/conversations";

const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});

const said = (id: string, mark?: Said["mark"]): Said => ({ id, text: `text of ${id}`, at: 1, mark });
const ids = (lines: readonly Said[]): readonly string[] => lines.map(({ id }) => id);

describe("what was said in a tab", () => {
  it("is there again after a reload, and was with somebody", () => {
    openConversations("alice@localhost").put("bob@localhost", said("one"));
    const again = openConversations("alice@localhost");
    expect(again.peers()).toEqual(["bob@localhost"]);
    expect(again.with("bob@localhost")).toEqual([said("one")]);
    expect(openConversations("carol@localhost").peers()).toEqual([]);
  });

  it("knows a message that is delivered again", () => {
    const conversations = openConversations("alice@localhost");
    conversations.put("bob@localhost", said("one"));
    expect(conversations.isNew("bob@localhost", "one")).toBe(false);
    expect(conversations.isNew("bob@localhost", "two")).toBe(true);
    expect(conversations.isNew("carol@localhost", "one")).toBe(true);
  });

  it("takes an answer where the message stands", () => {
    const conversations = openConversations("alice@localhost");
    conversations.put("bob@localhost", said("one", { kind: "sending" }));
    conversations.put("bob@localhost", said("two"));
    conversations.put("bob@localhost", said("one", { kind: "stored" }));
    expect(conversations.with("bob@localhost")).toEqual([said("one", { kind: "stored" }), said("two")]);
  });

  it("says of an answer nobody waited for that it is not known", () => {
    openConversations("alice@localhost").put("bob@localhost", said("one", { kind: "sending" }));
    const [line] = openConversations("alice@localhost").with("bob@localhost");
    expect(line?.mark).toEqual({ kind: "unknown" });
  });

  it("is the last two hundred lines", () => {
    const conversations = openConversations("alice@localhost");
    for (let n = 1; n <= 205; n += 1) conversations.put("bob@localhost", said(String(n)));
    expect(ids(conversations.with("bob@localhost"))).toHaveLength(200);
    expect(conversations.with("bob@localhost")[0]?.id).toBe("6");
  });

  it.each(["{", "null", "[[1,2]]", '[["bob@localhost",[{"id":1}]]]', '{"bob":[]}'])(
    "is nothing where the store holds %s",
    (text) => {
      stored.set("durasip.conversations.alice@localhost", text);
      expect(openConversations("alice@localhost").with("bob@localhost")).toEqual([]);
    },
  );
});

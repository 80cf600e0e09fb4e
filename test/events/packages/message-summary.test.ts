import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MessageCounts } from "../../../src/contracts/message-counts";
import {
  composeMessageSummary,
  type MessageSummary,
  messageSummary,
  readMessageSummary,
} from "../../../src/events/packages/message-summary";
import { hostileText } from "../../support/hostile-text";

const lines = (...each: readonly string[]): string => each.map((line) => `${line}\r\n`).join("");
const account = "sip:alice@vmail.example.com";

/** RFC 3842 §4.1, the bodies of A3 and A5. */
const a3 = lines(
  "Messages-Waiting: yes",
  "Message-Account: sip:alice@vmail.example.com",
  "Voice-Message: 2/8 (0/2)",
);
const a5 = lines(
  "Messages-Waiting: yes",
  "Message-Account: sip:alice@vmail.example.com",
  "Voice-Message: 4/8 (1/2)",
  "",
  "To: <alice@atlanta.example.com>",
  "From: <bob@biloxi.example.com>",
  "Subject: carpool tomorrow?",
  "Date: Sun, 09 Jul 2000 21:23:01 -0700",
  "Priority: normal",
  "Message-ID: 13784434989@vmail.example.com",
  "",
  "To: <alice@example.com>",
  "From: <cathy-the-bob@example.com>",
  "Subject: HELP! at home ill, present for me please",
  "Date: Sun, 09 Jul 2000 21:25:12 -0700",
  "Priority: urgent",
  "Message-ID: 13684434990@vmail.example.com",
);

const ofA3: MessageSummary = {
  messagesWaiting: true,
  account,
  counts: { voice: { new: 2, old: 8, urgentNew: 0, urgentOld: 2 } },
};
const ofA5: MessageSummary = {
  ...ofA3,
  counts: { voice: { new: 4, old: 8, urgentNew: 1, urgentOld: 2 } },
};

describe("RFC 3842 §4.1: the printed bodies", () => {
  it("A3, the first NOTIFY: counts alone", () => {
    expect(composeMessageSummary(ofA3)).toBe(a3);
    expect(readMessageSummary(a3)).toEqual({ ok: true, value: ofA3 });
  });

  it("A5: with the header fields of the new messages", () => {
    const carpool = [
      ["To", "<alice@atlanta.example.com>"],
      ["From", "<bob@biloxi.example.com>"],
      ["Subject", "carpool tomorrow?"],
      ["Date", "Sun, 09 Jul 2000 21:23:01 -0700"],
      ["Priority", "normal"],
      ["Message-ID", "13784434989@vmail.example.com"],
    ] as const;
    const help = [
      ["To", "<alice@example.com>"],
      ["From", "<cathy-the-bob@example.com>"],
      ["Subject", "HELP! at home ill, present for me please"],
      ["Date", "Sun, 09 Jul 2000 21:25:12 -0700"],
      ["Priority", "urgent"],
      ["Message-ID", "13684434990@vmail.example.com"],
    ] as const;
    expect(composeMessageSummary(ofA5, [carpool, help])).toBe(a5);
    expect(readMessageSummary(a5)).toEqual({ ok: true, value: ofA5 });
  });
});

describe("RFC 3842 §3.5", () => {
  it("no more is known than whether something waits", () => {
    expect(composeMessageSummary({ messagesWaiting: true, counts: {} })).toBe("Messages-Waiting: yes\r\n");
    expect(composeMessageSummary({ messagesWaiting: false, counts: {} })).toBe("Messages-Waiting: no\r\n");
  });

  it("a line for each class, the urgent ones only where they are counted", () => {
    const counts: MessageCounts = {
      fax: { new: 2, old: 4 },
      voice: { new: 1, old: 3, urgentOld: 1 },
      none: { new: 0, old: 1 },
    };
    expect(composeMessageSummary({ messagesWaiting: true, counts })).toBe(
      lines("Messages-Waiting: yes", "Voice-Message: 1/3 (0/1)", "Fax-Message: 2/4", "None: 0/1"),
    );
  });

  it("no count exceeds 2^32-1, whoever wrote it", () => {
    expect(composeMessageSummary({ messagesWaiting: true, counts: { text: { new: 1e12, old: 0 } } })).toBe(
      lines("Messages-Waiting: yes", "Text-Message: 4294967295/0"),
    );
    const read = readMessageSummary(
      lines("Messages-Waiting: yes", `Text-Message: ${"9".repeat(400)}/4294967296`),
    );
    expect(read).toEqual({
      ok: true,
      value: { messagesWaiting: true, counts: { text: { new: 4294967295, old: 4294967295 } } },
    });
  });
});

describe("RFC 3842 §5.2: reading", () => {
  it("takes any case and white space around colons and slashes, bare line feeds and no last one", () => {
    expect(readMessageSummary("MESSAGES-WAITING : No\nvoice-message:\t0 / 1 ( 0 / 1 )")).toEqual({
      ok: true,
      value: { messagesWaiting: false, counts: { voice: { new: 0, old: 1, urgentNew: 0, urgentOld: 1 } } },
    });
  });

  it("passes over classes that came later", () => {
    expect(readMessageSummary(lines("Messages-Waiting: yes", "Hologram-Message: 1/0"))).toEqual({
      ok: true,
      value: { messagesWaiting: true, counts: {} },
    });
  });

  it.each([
    ["nothing", ""],
    ["no status line first", lines("Voice-Message: 1/0", "Messages-Waiting: yes")],
    ["a status that is neither", lines("Messages-Waiting: maybe")],
    ["counts that are none", lines("Messages-Waiting: yes", "Voice-Message: -1/0")],
    ["half a count", lines("Messages-Waiting: yes", "Voice-Message: 1/0 (1")],
    ["a class twice", lines("Messages-Waiting: yes", "Fax-Message: 1/0", "fax-message: 2/0")],
    ["an account in brackets", lines("Messages-Waiting: yes", "Message-Account: <sip:a@b.example>")],
    ["a line that is no field", lines("Messages-Waiting: yes", "Voice")],
    ["far too much", `Messages-Waiting: yes\r\n${"Fax-Message: 1/0\r\n".repeat(1000)}`],
  ])("refuses %s", (_, body) => {
    expect(readMessageSummary(body).ok).toBe(false);
  });

  it("no text makes it throw", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        readMessageSummary(text);
        readMessageSummary(`Messages-Waiting: yes\r\n${text}`);
        readMessageSummary(`Messages-Waiting: yes\r\nVoice-Message: ${text}`);
      }),
    );
  });
});

describe("whatever mailboxes and messages are called", () => {
  const count = fc.record(
    { new: fc.nat(), old: fc.nat(), urgent: fc.tuple(fc.nat(), fc.nat()) },
    { requiredKeys: ["new", "old"] },
  );
  const counted = count.map(({ new: fresh, old, urgent }) => ({
    new: fresh,
    old,
    ...(urgent === undefined ? {} : { urgentNew: urgent[0], urgentOld: urgent[1] }),
  }));
  const counts = fc.record({ voice: counted, fax: counted, none: counted }, { requiredKeys: [] });

  it("the counts are read back, and nothing beside them can be forged", () => {
    const fields = fc.array(fc.tuple(hostileText, hostileText), { maxLength: 4 });
    fc.assert(
      fc.property(counts, hostileText, fields, (counts, name, message) => {
        const summary: MessageSummary = { messagesWaiting: true, counts };
        const body = composeMessageSummary({ ...summary, account: `sip:${name}` }, [message]);
        const read = readMessageSummary(body);
        expect(read).toMatchObject({ ok: true, value: { messagesWaiting: true, counts } });
        const [top = "", ...blocks] = body.split("\r\n\r\n");
        expect(top.trimEnd().split(/[\r\n]+/).length).toBeLessThanOrEqual(2 + Object.keys(counts).length);
        expect(blocks.join("").split(/[\r\n]+/).length).toBeLessThanOrEqual(1 + message.length);
      }),
    );
  });

  it("a field whose name is none is left out, with its message if that has no other", () => {
    const messages = [
      [["Sub ject", "a"]],
      [
        ["Subject", "b\r\nBcc: c"],
        ["X:", "d"],
      ],
    ] as const;
    expect(composeMessageSummary({ messagesWaiting: true, counts: {} }, messages)).toBe(
      lines("Messages-Waiting: yes", "", "Subject: b Bcc: c"),
    );
  });
});

describe("RFC 3842 §3.4, §3.5: the package", () => {
  it("is for the user alone, an hour by default, as simple text", () => {
    expect(messageSummary).toMatchObject({
      name: "message-summary",
      contentTypes: ["application/simple-message-summary"],
      defaultExpires: 3600,
      audience: "owner",
    });
  });
});

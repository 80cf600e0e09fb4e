// What the user says and hears: messages over the line, their marks, reports, and who is writing.

import type { Message } from "sip.js";
import { realmOf } from "../../address";
import type { Conversations, Mark } from "../contract";
import type { OwnApi } from "../own-api";
import type { Reach } from "../reach";
import { createStore } from "../store";
import { cpimType, readBody, type Text, writeText } from "./body";
import { createComposingReceiver, createComposingSender } from "./composing";
import { composingType, writeComposing } from "./composing-document";
import { writeCpim } from "./cpim";
import { type Incoming, readIncoming, sendMessage } from "./exchange";
import { isSameLine, mayBeLogged, mergeHistory, readHistory, wasStored } from "./history";
import type { KeptLine } from "./kept-lines";
import { raiseMark, reported } from "./marks";
import { type Report, reportType, writeReport } from "./report";
import { createReportsOwed, type Owed } from "./reports-owed";
import { createTalk, readTalks } from "./talk";

export interface OwnConversations extends Conversations {
  /** To return is to take it: a message on which this throws is delivered again. */
  take(message: Message): void;
  /** Reads what the gateway's log has more. */
  readLog(): Promise<void>;
}

/** By how much the log may overtake the message itself; later it is another one that says the same. */
const overtakes = 2000;

export function createConversations(reach: Reach, api: OwnApi): OwnConversations {
  const { aor } = reach;
  const all = createStore(readTalks(aor));
  let loggedUntil = 0;
  /** Until when what comes by SIP may be a line that the log told of before, by the ids of those. */
  const expected = new Map<string, number>();
  const talk = createTalk(aor, all);
  const heard = createComposingReceiver(talk.composing);
  const writing = createComposingSender((peer, state) => {
    const body = writeComposing(state);
    const written = { contentType: composingType, body, disposition: undefined };
    // What is late is wrong: it does not wait for the line.
    if (reach.isRegistered()) void sendMessage(reach, peer, written, Date.now());
  });
  const reports = createReportsOwed((peer, { messageId, at }, status) => {
    const now = Date.now();
    const body = writeCpim({
      from: aor,
      to: peer,
      at: now,
      messageId: crypto.randomUUID(),
      wants: [],
      contentType: reportType,
      isNotification: true,
      content: writeReport({ messageId, at, recipient: aor, status }),
    });
    void sendMessage(reach, peer, { contentType: cpimType, body, disposition: undefined }, now);
  });

  function put(peer: string, line: KeptLine, callId: string): void {
    const now = Date.now();
    const isExpected = (known: KeptLine): boolean =>
      now < (expected.get(known.id) ?? 0) && mayBeLogged(callId, realmOf(aor), known.at, now);
    talk.lines(peer, (lines) => {
      const at = lines.findIndex(
        (known) => known.id === line.id || (isExpected(known) && isSameLine(known, line)),
      );
      const known = lines[at];
      if (known === undefined) return [...lines, line];
      // It stands for one.
      expected.delete(known.id);
      return lines.with(at, wasStored(line.at, known.at) ? { ...line, at: known.at } : line);
    });
  }

  function dispatch(peer: string, { id: messageId, text, at }: KeptLine): void {
    const written = writeText({ from: aor, to: peer, at, messageId, text }, talk.with(peer).speaks);
    const mark = (news: Mark): void =>
      talk.lines(peer, (lines) =>
        lines.map((line) => (line.id === messageId ? { ...line, mark: raiseMark(line.mark, news) } : line)),
      );
    sendMessage(reach, peer, written, at).then(mark, () => mark({ kind: "unknown" }));
  }

  function takeText(incoming: Incoming, text: Text): void {
    const { peer, callId, isSentElsewhere } = incoming;
    const id = text.messageId ?? callId;
    const line = { id, text: text.text, at: incoming.at, messageId: text.messageId };
    const isKnown = (known: string): boolean => talk.with(peer).lines.some((each) => each.id === known);
    if (isSentElsewhere) {
      // The other device hears the answer; reports come to all.
      const kind = text.wants.includes("positive-delivery") ? "stored" : "delivered";
      if (!isKnown(id)) put(peer, { ...line, mark: { kind } }, callId);
      return;
    }
    heard.done(peer);
    if (isKnown(`in-${id}`)) return;
    const owes = text.wants.includes("display") ? ({ owes: "display" } as const) : {};
    put(peer, { ...line, id: `in-${id}`, mark: undefined, isUnread: true, ...owes }, callId);
    if (text.messageId === undefined || !text.wants.includes("positive-delivery") || isNobody(peer)) return;
    reports.delivered(peer, owedFor(peer, { messageId: text.messageId, at: incoming.at }));
  }

  function takeReport({ peer, isSentElsewhere }: Incoming, { messageId, status }: Report): void {
    if (!isSentElsewhere) {
      if (status === "failed") talk.lines(peer, (lines) => lines.map((line) => failed(line, messageId)));
      else talk.lines(peer, (lines) => reported(lines, messageId, status));
      return;
    }
    // Another device of the user's has shown it.
    if (status === "displayed") talk.lines(peer, (lines) => seenUpTo(lines, messageId));
  }

  const owedFor = (peer: string, owed: Omit<Owed, "isSingle">): Owed => ({
    ...owed,
    isSingle: talk.with(peer).speaks === "cpim",
  });

  return {
    all,
    send(peer, text) {
      const line = { id: crypto.randomUUID(), text, at: Date.now(), mark: { kind: "sending" } } as const;
      // Not `put`: what is said twice within a minute is two lines, and the log may have the first alone.
      talk.lines(peer, (lines) => [...lines, line]);
      writing.sent(peer);
      dispatch(peer, line);
    },
    sendAgain(peer, id) {
      const line = talk.with(peer).lines.find((known) => known.id === id);
      if (line?.mark?.kind !== "refused" && line?.mark?.kind !== "unknown") return;
      const again: KeptLine = { ...line, mark: { kind: "sending" } };
      talk.lines(peer, (lines) => lines.map((known) => (known.id === id ? again : known)));
      dispatch(peer, again);
    },
    composing(peer, isComposing) {
      // To a client that does not know the document it would be a message to show.
      if (talk.with(peer).speaks !== undefined) writing.wrote(peer, isComposing);
    },
    displayed(peer) {
      const { lines, unread } = talk.with(peer);
      if (unread === 0) return;
      const owed = lines.flatMap(({ owes, messageId, at }) =>
        owes === undefined || messageId === undefined || isNobody(peer)
          ? []
          : [owedFor(peer, { messageId, at })],
      );
      talk.lines(peer, (known) => known.map(seen));
      reports.displayed(peer, owed);
    },
    take(message) {
      const incoming = readIncoming(message);
      const content = readBody(incoming.written);
      if (content === undefined) return;
      const { peer, isSentElsewhere } = incoming;
      if (!isSentElsewhere) {
        const how = content.kind === "text" ? content.speaks : (talk.with(peer).speaks ?? "header");
        if (how !== undefined) talk.speaks(peer, how);
      }
      if (content.kind === "text") takeText(incoming, content);
      else if (content.kind === "report") takeReport(incoming, content.report);
      else if (!isSentElsewhere) heard.heard(peer, content.state);
    },
    async readLog() {
      const { lines: logged, after } = await readHistory(api, loggedUntil);
      loggedUntil = after;
      const soon = Date.now() + overtakes;
      for (const { line, isWaiting } of logged) {
        expected.set(line.id, isWaiting ? Number.POSITIVE_INFINITY : soon);
      }
      for (const peer of new Set(logged.map((each) => each.peer))) {
        const mine = logged.filter((each) => each.peer === peer).map(({ line }) => line);
        talk.lines(peer, (lines) => mergeHistory(lines, mine));
      }
    },
  };
}

/** RFC 3323: who does not say who he is can be told nothing. */
const isNobody = (peer: string): boolean => peer.endsWith(".invalid");

const seen = (line: KeptLine): KeptLine =>
  line.isUnread || line.owes ? { ...line, isUnread: false, owes: undefined } : line;

/** The lines that were received before that one, and it, have been seen. */
function seenUpTo(lines: readonly KeptLine[], messageId: string): readonly KeptLine[] {
  const at = lines.findIndex((line) => line.mark === undefined && line.messageId === messageId);
  return lines.map((line, index) => (index <= at && line.mark === undefined ? seen(line) : line));
}

/** RFC 5438 §7.2.1.1: `failed` says no more; it comes too late for what was delivered. */
function failed(line: KeptLine, messageId: string): KeptLine {
  const { kind } = line.mark ?? {};
  if (line.id !== messageId || kind === undefined || kind === "delivered" || kind === "displayed")
    return line;
  return { ...line, mark: { kind: "refused", status: 0, reason: "" } };
}

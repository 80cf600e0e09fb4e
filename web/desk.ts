// The desk of one signed-in user: people, their presence, the conversation that is open, and the line behind it.

import { realmOf } from "./address";
import { openConversations, type Said } from "./conversations";
import { type Kept, kept, members, strings } from "./kept";
import { type Line, openLine } from "./line/line";
import type { Delivery, ReceivedMessage } from "./line/messages";
import type { OwnPresence, Presence } from "./line/presence-document";
import type { LineState } from "./line/stay-registered";
import { conversationView } from "./views/conversation";
import { byId } from "./views/dom";
import { ownStatusView, readActivity } from "./views/own-status";
import { rosterView } from "./views/roster";
import type { SignIn } from "./views/sign-in";
import { presenceWords } from "./views/words";

export interface Desk {
  open(signIn: SignIn, device: string, suggested: readonly string[]): void;
  close(): void;
}

/** What stands while somebody is signed in. */
interface Session {
  readonly aor: string;
  readonly line: Line;
  readonly conversations: ReturnType<typeof openConversations>;
  readonly people: Kept<readonly string[]>;
  readonly status: Kept<OwnPresence>;
  readonly presences: Map<string, Presence | undefined>;
  readonly unread: Map<string, number>;
  peer: string | undefined;
}

/** `changed` hears of the line's state. */
export function createDesk(changed: (state: LineState) => void): Desk {
  const section = byId("desk", HTMLElement);
  let session: Session | undefined;
  const roster = rosterView(
    () => session && realmOf(session.aor),
    pick,
    (address) => {
      add(address);
      pick(address);
    },
  );
  const conversation = conversationView(write);
  const ownStatus = ownStatusView((presence) => {
    session?.status.set(presence);
    session?.line.publish(presence);
  });

  function add(address: string): void {
    if (session === undefined || session.presences.has(address)) return;
    session.presences.set(address, undefined);
    session.people.set([...session.presences.keys()]);
    roster.add(address);
    roster.presence(address, undefined);
    session.line.watch(address);
  }

  function pick(address: string): void {
    if (session === undefined) return;
    session.peer = address;
    session.unread.set(address, 0);
    roster.unread(address, 0);
    roster.current(address);
    showConversation();
  }

  function showConversation(): void {
    if (session?.peer === undefined) return;
    conversation.show(session.peer, session.conversations.with(session.peer));
    conversation.presence(presenceWords(session.presences.get(session.peer)));
  }

  function put(peer: string, said: Said): void {
    session?.conversations.put(peer, said);
    if (session?.peer === peer) showConversation();
  }

  function write(text: string): void {
    if (session?.peer === undefined) return;
    const { peer, line } = session;
    const said: Said = { id: crypto.randomUUID(), text, at: Date.now(), mark: { kind: "sending" } };
    const settled = (mark: Delivery) => put(peer, { ...said, mark });
    put(peer, said);
    line.send(peer, text).then(settled, () => settled({ kind: "refused", status: 503, reason: "" }));
  }

  function received({ id, peer, text, sentAt, direction }: ReceivedMessage): void {
    if (session === undefined || !session.conversations.isNew(peer, id)) return;
    add(peer);
    put(peer, { id, text, at: sentAt, mark: direction === "received" ? undefined : { kind: "delivered" } });
    if (direction !== "received" || session.peer === peer) return;
    const count = (session.unread.get(peer) ?? 0) + 1;
    session.unread.set(peer, count);
    roster.unread(peer, count);
  }

  function presenceChanged(address: string, presence: Presence | undefined): void {
    session?.presences.set(address, presence);
    roster.presence(address, presence);
    if (session?.peer === address) conversation.presence(presenceWords(presence));
  }

  return {
    open({ aor, password }, device, suggested) {
      const observer = { state: changed, received, presence: presenceChanged };
      const conversations = openConversations(aor);
      session = {
        aor,
        line: openLine({ gateway: location.origin, aor, password, instanceId: device }, observer),
        conversations,
        people: kept(`people.${aor}`, strings),
        status: kept(`status.${aor}`, readStatus),
        presences: new Map(),
        unread: new Map(),
        peer: undefined,
      };
      const status = session.status.get();
      ownStatus.show(status ?? { activity: undefined, note: "" });
      if (status !== undefined) session.line.publish(status);
      const people = new Set([...suggested, ...(session.people.get() ?? []), ...conversations.peers()]);
      people.delete(aor);
      for (const address of people) add(address);
      const [first] = people;
      if (first !== undefined) pick(first);
      section.hidden = false;
    },
    close() {
      session?.line.close();
      session = undefined;
      roster.clear();
      section.hidden = true;
    },
  };
}

function readStatus(value: unknown): OwnPresence | undefined {
  const { activity, note } = members(value) ?? {};
  return typeof note === "string" ? { activity: readActivity(activity), note } : undefined;
}

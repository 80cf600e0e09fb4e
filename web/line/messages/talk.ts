// The conversations as they stand: one value for the views, kept at each change. No SIP.

import type { Conversation } from "../contract";
import type { Store } from "../store";
import type { Text } from "./body";
import { type KeptConversation, type KeptLine, keptConversations, longest } from "./kept-lines";

export interface TalkConversation extends Conversation {
  readonly lines: readonly KeptLine[];
  readonly speaks: Text["speaks"];
}

export type Talks = ReadonlyMap<string, TalkConversation>;

export interface Talk {
  with(peer: string): TalkConversation;
  /** Changes the lines of one conversation; they are kept in the order of their times. */
  lines(peer: string, change: (lines: readonly KeptLine[]) => readonly KeptLine[]): void;
  composing(peer: string, isComposing: boolean): void;
  speaks(peer: string, how: NonNullable<Text["speaks"]>): void;
}

const nobody = (peer: string): TalkConversation => ({
  peer,
  lines: [],
  unread: 0,
  composing: false,
  speaks: undefined,
});

/** What was kept, to begin with. */
export function readTalks(aor: string): Talks {
  const all = keptConversations(aor).get() ?? [];
  return new Map(all.map((each) => [each.peer, counted({ ...nobody(each.peer), ...each })]));
}

export function createTalk(aor: string, store: Store<Talks>): Talk {
  const keptTalks = keptConversations(aor);
  const put = (conversation: TalkConversation): void => {
    if (conversation === store.get().get(conversation.peer)) return;
    store.set(new Map([...store.get(), [conversation.peer, conversation]]));
  };
  const keep = (): void =>
    keptTalks.set(
      [...store.get().values()].map(({ peer, lines, speaks }): KeptConversation => ({ peer, lines, speaks })),
    );
  const find = (peer: string): TalkConversation => store.get().get(peer) ?? nobody(peer);
  return {
    with: find,
    lines(peer, change) {
      const known = find(peer);
      const lines = change(known.lines);
      if (lines === known.lines) return;
      const inOrder = [...lines].sort((one, other) => one.at - other.at).slice(-longest);
      put(counted({ ...known, lines: inOrder }));
      keep();
    },
    composing(peer, composing) {
      const known = find(peer);
      if (known.composing !== composing) put({ ...known, composing });
    },
    speaks(peer, how) {
      const known = find(peer);
      // Who writes CPIM and plain text by turns has devices of both kinds: the last word counts.
      if (known.speaks === how) return;
      put({ ...known, speaks: how });
      keep();
    },
  };
}

function counted(conversation: TalkConversation): TalkConversation {
  const unread = conversation.lines.filter((line) => line.mark === undefined && line.isUnread).length;
  return { ...conversation, unread };
}

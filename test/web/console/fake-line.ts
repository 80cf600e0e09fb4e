// A line with nobody at the other end: what the views show is put into it, and what they ask of it is noted.

import type {
  Call,
  Conversation,
  Line,
  LoggedCall,
  MediaDevices,
  Observable,
  Person,
  Said,
  Watcher,
} from "../../../web/line/contract";
import type { OwnPresence } from "../../../web/line/presence-document";
import type { LineState } from "../../../web/line/stay-registered";

export interface Settable<Value> extends Observable<Value> {
  set(value: Value): void;
}

export function settable<Value>(initial: Value): Settable<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export interface FakeLine extends Line {
  readonly state: Settable<LineState>;
  readonly people: Settable<readonly Person[]>;
  readonly watchers: Settable<readonly Watcher[]>;
  readonly all: Settable<ReadonlyMap<string, Conversation>>;
  readonly open: Settable<readonly Call[]>;
  readonly log: Settable<readonly LoggedCall[] | undefined>;
  /** What was asked, each as `name argument argument`. */
  readonly asked: string[];
}

export function fakeLine(aor: string): FakeLine {
  const asked: string[] = [];
  const ask =
    (name: string) =>
    (...parameters: readonly unknown[]): void => {
      asked.push([name, ...parameters.map((each) => JSON.stringify(each))].join(" "));
    };
  const state = settable<LineState>({ kind: "registered" });
  const people = settable<readonly Person[]>([]);
  const watchers = settable<readonly Watcher[]>([]);
  const own = settable<OwnPresence>({ activity: undefined, note: "" });
  const all = settable<ReadonlyMap<string, Conversation>>(new Map());
  const open = settable<readonly Call[]>([]);
  const log = settable<readonly LoggedCall[] | undefined>([]);
  const devices = settable<MediaDevices>({ microphone: undefined, camera: undefined, speaker: undefined });
  const without = (id: string) => open.set(open.get().filter((call) => call.id !== id));
  return {
    ...{ aor, state, people, watchers, all, open, log, asked, close: ask("close") },
    roster: {
      ...{ people, watchers, own, add: ask("add"), remove: ask("remove") },
      decide: async (...parameters) => ask("decide")(...parameters),
      publish(presence) {
        ask("publish")(presence);
        own.set(presence);
      },
    },
    conversations: {
      all,
      send: ask("send"),
      sendAgain: ask("sendAgain"),
      composing: ask("composing"),
      displayed: ask("displayed"),
    },
    calls: {
      ...{ open, log, devices },
      call: (...parameters) => {
        ask("call")(...parameters);
        return "new";
      },
      answer: ask("answer"),
      decline: ask("decline"),
      hangUp: ask("hangUp"),
      dismiss(id) {
        ask("dismiss")(id);
        without(id);
      },
      mute: ask("mute"),
      turnCamera: async (...parameters) => {
        ask("turnCamera")(...parameters);
        return true;
      },
      hold: ask("hold"),
      sendDigit: ask("sendDigit"),
      transfer: ask("transfer"),
      join: ask("join"),
      chooseDevices: ask("chooseDevices"),
      readLog: async () => false,
    },
  };
}

export const said = (id: string, text: string, at: number, mark?: Said["mark"]): Said => ({
  id,
  text,
  at,
  mark,
});

export const conversation = (
  peer: string,
  lines: readonly Said[],
  more: Partial<Conversation> = {},
): Conversation => ({
  ...{ peer, lines, unread: 0, composing: false },
  ...more,
});

export const person = (address: string, more: Partial<Person> = {}): Person => ({
  address,
  presence: { basic: "open", activity: undefined, note: undefined },
  lamp: "idle",
  watching: "active",
  ...more,
});

export const call = (id: string, peer: string, more: Partial<Call> = {}): Call => ({
  id,
  callId: `${id}@call`,
  direction: "outgoing",
  peer,
  peerName: undefined,
  phase: "active",
  startedAt: Date.now() - 65_000,
  answeredAt: Date.now() - 61_000,
  endedAt: undefined,
  end: undefined,
  video: false,
  muted: false,
  cameraOff: false,
  held: false,
  heldByPeer: false,
  reconnecting: false,
  localStream: undefined,
  remoteStream: undefined,
  transfer: undefined,
  ...more,
});

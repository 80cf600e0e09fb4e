// A stock client's page in a call: what a test tells it to do, and waits to see.

import type {
  Answering,
  CallEvent,
  CallOptions,
  Packets,
  SeenEvent,
} from "../end-to-end/clients/call-client";
import { patience } from "./patience";
import type { ClientPage } from "./stock-pages";

const waiting = { timeout: patience, polling: 20 } as const;

export interface CallPage {
  readonly client: ClientPage;
  answering(how: Answering, options?: CallOptions): Promise<void>;
  place(to: string, options?: CallOptions): Promise<number>;
  /** Waits for an event of that call: the first of its kind that nobody has waited for yet. */
  sees(event: CallEvent, call?: number): Promise<SeenEvent>;
  /** Waits for a call to come; its number. */
  rings(): Promise<number>;
  does(what: "answer" | "hangUp" | "cancel" | "hold" | "resume", call: number): Promise<void>;
  mute(call: number, on: boolean): Promise<void>;
  isSending(call: number): Promise<boolean>;
  dtmf(call: number, tone: string): Promise<void>;
  message(call: number, body: string): Promise<number>;
  transfer(call: number, to: string): Promise<number>;
  attend(call: number, other: number): Promise<number>;
  packets(call: number): Promise<Packets>;
  route(call: number): Promise<string>;
  /** Waits until so many more packets of both kinds have come. */
  hears(call: number, more?: number): Promise<void>;
  /** Every request and response of a method that crossed this page's sockets, by its first line. */
  firstLines(): readonly string[];
}

export function callPage(client: ClientPage): CallPage {
  const { page, run } = client;
  const seen: number[] = [];
  const sees = async (event: CallEvent, call?: number): Promise<SeenEvent> => {
    const found = await page.waitForFunction(
      ([known, kind, number]) => {
        const { events } = window.stockClient.calls;
        const at = events.findIndex(
          (each, index) =>
            !known.includes(index) && each.event === kind && (number === null || each.call === number),
        );
        return at < 0 ? undefined : { at, event: events[at] };
      },
      [seen, event, call ?? null] as const,
      waiting,
    );
    const { at, event: value } = (await found.jsonValue()) as { at: number; event: SeenEvent };
    seen.push(at);
    return value;
  };
  return {
    client,
    sees,
    answering: (how, options = {}) =>
      run(
        ({ calls }, [given, media]) => {
          calls.answering = given;
          calls.options = media;
        },
        [how, options] as const,
      ),
    place: (to, options = {}) => run(({ calls }, [a, b]) => calls.place(a, b), [to, options] as const),
    rings: async () => (await sees("incoming")).call,
    does: (what, call) => run(({ calls }, [name, number]) => calls[name](number), [what, call] as const),
    mute: (call, on) => run(({ calls }, [number, state]) => calls.mute(number, state), [call, on] as const),
    isSending: (call) => run(({ calls }, number) => calls.isSending(number), call),
    dtmf: (call, tone) => run(({ calls }, [number, key]) => calls.dtmf(number, key), [call, tone] as const),
    message: (call, body) =>
      run(({ calls }, [number, text]) => calls.message(number, text), [call, body] as const),
    transfer: (call, to) =>
      run(({ calls }, [number, name]) => calls.transfer(number, name), [call, to] as const),
    attend: (call, other) => run(({ calls }, [a, b]) => calls.attend(a, b), [call, other] as const),
    packets: (call) => run(({ calls }, number) => calls.packets(number), call),
    route: (call) => run(({ calls }, number) => calls.route(number), call),
    async hears(call, more = 10) {
      const before = await run(({ calls }, number) => calls.packets(number), call);
      await page.waitForFunction(
        async ([number, audio, video]) => {
          const now = await window.stockClient.calls.packets(number);
          return now.audio >= audio && now.video >= video;
        },
        [call, before.audio + more, before.video + more] as const,
        waiting,
      );
    },
    firstLines: () => [...client.sent, ...client.received].map((frame) => frame.split("\r\n", 1)[0] ?? ""),
  };
}

// Operations on the virtual network of the tests, each whole: every step of every home, and the clients' answers.

import { clearMessages } from "../../src/home/administration";
import { answered, rung } from "../../test/home/support/call";
import { registered } from "../../test/home/support/client";
import { alice, bob, desk, phone } from "../../test/home/support/pair";
import { statusOf } from "../../test/home/support/sip-text";
import { VirtualNetwork } from "../../test/home/support/virtual-network";
import { pidf, publish, Watcher } from "../../test/home/support/watcher";

export interface Operation {
  readonly title: string;
  readonly run: () => void;
  /** To be called before each. */
  readonly rest: () => void;
}

const carol = "carol@example.com";
const dave = "dave@example.com";
const watchers = Array.from({ length: 10 }, (_, index) => `watcher${index}@example.com`);

/** On a world of their own. */
export function operations(): readonly Operation[] {
  const network = new VirtualNetwork().withAccounts(alice, bob, carol, dave, ...watchers);
  const sender = registered(network, alice, "alice-page", { instance: desk });
  const receiver = registered(network, bob, "bob-page", { instance: phone, answers: answerable });
  const away = registered(network, carol, "carol-page", { instance: desk });
  away.close();
  const watched = registered(network, dave, "dave-page", { instance: desk });
  const present = [sender, receiver, watched];
  for (const name of watchers) {
    const page = name.split("@")[0] ?? "";
    const client = registered(network, name, page, { instance: desk, answers: () => 200 });
    new Watcher(client, dave).subscribe(86_400);
    present.push(client);
  }
  network.advance(15_000);
  let [published, entityTag] = [0, ""];
  let refreshedAt = network.now;
  const all: readonly Omit<Operation, "rest">[] = [
    { title: "REGISTER, refresh", run: () => expected(statusOf(sender.register()), 200) },
    { title: "MESSAGE and its 200", run: () => expected(sender.message(bob, text), 200) },
    { title: "MESSAGE to a user who is away", run: () => expected(sender.message(carol, text), 202) },
    {
      title: "call: INVITE, 180, 200, ACK, BYE, 200",
      run: () => {
        const { invite } = rung(sender, receiver);
        const { caller } = answered(sender, receiver, invite);
        caller.say("BYE");
      },
    },
    {
      title: `PUBLISH and ${watchers.length} NOTIFYs with their 200s`,
      run: () => {
        const lines = entityTag === "" ? [] : [`SIP-If-Match: ${entityTag}`];
        const answer = publish(watched, lines, pidf("open", `change ${++published}`, `sip:${dave}`));
        entityTag = answer.entityTag;
        expected(answer.status, 200);
        network.advance(600);
      },
    },
  ];
  return all.map(({ title, run }) => ({ title, run, rest }));

  /** Between two operations: no client sends more than it may, none is taken for gone, and no mailbox is full. */
  function rest(): void {
    network.advance(10);
    if (network.home(carol).state.log.messages > 100) network.administer(carol, clearMessages);
    if (network.now - refreshedAt < 60_000) return;
    refreshedAt = network.now;
    for (const client of present) client.register();
  }

  /** A call is answered by hand. */
  function answerable(frame: string | Uint8Array): number | undefined {
    const method = String(frame).slice(0, 3);
    return method === "INV" || method === "ACK" ? undefined : 200;
  }
}

const text = "Hello, this is a message. ".repeat(8);

function expected(status: number, wanted: number): void {
  if (status !== wanted) throw new Error(`answered ${status} instead of ${wanted}`);
}

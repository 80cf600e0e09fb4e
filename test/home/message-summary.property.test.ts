// RFC 3842: whatever happens to a mailbox, in whatever order and whenever its object is killed, the last word to a phone
// that watches it is how many messages wait there.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clearMessages } from "../../src/home/administration";
import type { Frame } from "../../src/sip/frame";
import { Client, registered } from "./support/client";
import { alice, bob, desk, phone } from "./support/pair";
import { bodyOf, textOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { Watcher } from "./support/watcher";

const actions = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("message"), lasts: fc.constantFrom(60, 3600) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("come", "leave") }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("clear", "kill") }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("wait"),
        milliseconds: fc.constantFrom(0, 1, 400, 1500, 70_000),
      }),
    },
  ),
  { maxLength: 25 },
);

const refusing = (frame: Frame): number => (textOf(frame).startsWith("NOTIFY") ? 200 : 480);

describe("RFC 3842 §3.7: the last NOTIFY is true", () => {
  it.each([false, true])("evicted between any two steps: %s", (evicts) => {
    fc.assert(
      fc.property(actions, fc.boolean(), (steps, keepHistory) => {
        const network = new VirtualNetwork({
          evicts,
          settings: (defaults) => ({
            ...defaults,
            messages: { ...defaults.messages, keepHistory, storedMessages: 5 },
          }),
        }).withAccounts(alice, bob);
        const a = registered(network, alice, "alice");
        const b = registered(network, bob, "phone", { instance: phone, answers: refusing });
        const d = new Client(network, bob, "desk", { instance: desk, answers: () => 200 });
        const own = new Watcher(b, bob, "mwi");
        own.subscribe(3600, ["Event: message-summary"]);
        let last = "";
        const look = () => {
          const [newest = last] = own
            .notifies()
            .map((frame) => /Text-Message: (\d+)\//.exec(bodyOf(frame))?.[1] ?? "")
            .slice(-1);
          last = newest;
        };
        const isThere = () => d.socket !== "" && network.home(bob).isOpen(d.socket);
        const wait = (milliseconds: number) => {
          network.advance(milliseconds);
          for (const client of [a, b]) client.register();
          if (isThere()) d.register();
          look();
        };
        for (const step of steps) {
          if (step.kind === "message" && "lasts" in step) {
            a.sendOnly(a.messageText(bob, "hello", [`Expires: ${step.lasts}`]));
          } else if (step.kind === "come" && !isThere()) d.connect().register();
          else if (step.kind === "leave" && isThere()) d.close();
          else if (step.kind === "clear") network.home(bob).administer(clearMessages);
          else if (step.kind === "kill") network.kill(bob, { keepingSockets: true });
          else if ("milliseconds" in step) wait(step.milliseconds);
        }
        wait(30_000);
        wait(1_000);
        const { store } = network.home(bob);
        const waiting = store
          .messagesAfter(0, 1000)
          .filter(({ taken, expiresAt }) => !taken && expiresAt > network.now);
        expect(last).toBe(String(waiting.length));
      }),
      { seed: 20_261_128, numRuns: 60 },
    );
  });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { Client, registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { bodyOf } from "./support/sip-text";

const alice = "alice@example.com";
const bob = "bob@example.com";
const phone = "urn:uuid:6f85d4e3-e8aa-46aa-b768-bf39d5912143";

describeWithEviction("design: order between two users is kept", (open) => {
  it("whatever the device does with each message, and wherever it is (property)", () => {
    const event = fc.oneof(
      { weight: 4, arbitrary: fc.constant("send" as const) },
      fc.constant("close" as const),
      fc.constant("open" as const),
      fc.constant("wait" as const),
    );
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 25, size: "max" }),
        fc.array(fc.boolean(), { maxLength: 4 }),
        (events, silences) => {
          const slow = [...silences];
          const seen: number[] = [];
          const taken = new Set<number>();
          const network = open().withAccounts(alice, bob);
          const sender = registered(network, alice, "alice-page");
          const receiver = new Client(network, bob, "bob-page", {
            instance: phone,
            answers: (frame) => {
              seen.push(Number(bodyOf(frame)));
              if (slow.shift() === true) return undefined;
              taken.add(Number(bodyOf(frame)));
              return 200;
            },
          });
          let sent = 0;
          let isOpen = false;
          for (const what of events) {
            if (what === "send") sender.send(sender.messageText(bob, String(++sent)));
            if (what === "wait") network.advance(4_100);
            if (what === "close" && isOpen) receiver.close();
            if (what === "open" && !isOpen) receiver.connect().register();
            if (what === "open") isOpen = true;
            if (what === "close") isOpen = false;
          }
          network.advance(40_000);
          if (!isOpen) receiver.connect();
          receiver.register();
          for (let refresh = 0; refresh < 12; refresh++) {
            network.advance(140_000);
            receiver.register();
          }
          expect([...new Set(seen)]).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
          expect(taken.size).toBe(sent);
        },
      ),
      { seed: 20_261_122, numRuns: 60 },
    );
  });
});

// A list through the loss of its home's memory (RFC 4662 §5.2, RFC 3261 §12.2.1.1).

import { expect, it } from "vitest";
import { gateway } from "./support/buddies";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob } from "./support/pair";
import { textOf } from "./support/sip-text";
import { carol } from "./support/watched";
import { pidf } from "./support/watcher";
import { identity, putXcap, rule, ruleset } from "./support/xcap";

describeWithEviction(
  "RFC 4662 §5.2, RFC 3261 §12.2.1.1: what rises, rises through the loss of a memory",
  (open) => {
    const rising = (numbers: readonly number[]) => [...new Set(numbers)].sort((x, y) => x - y);

    /** A list that has been told of some news, and whose page answers NOTIFYs so from now on; undefined: not at all. */
    function told(open: OpenNetwork) {
      const made = gateway(open);
      const { network, a, buddies, look } = made;
      buddies.subscribe([`sip:${bob}`, `sip:${carol}`]);
      const say = (note: string) => putXcap(network, bob, "pidf-manipulation/index", pidf("open", note));
      for (const note of ["one", "two", "three"]) {
        say(note);
        look();
      }
      const answers = (status: number | undefined): void => {
        a.end.react = (frame) => {
          if (status !== undefined && textOf(frame).startsWith("NOTIFY")) a.answer(frame, status);
        };
      };
      return { ...made, answers, say };
    }

    it("killed while a NOTIFY is tried once more", () => {
      const { network, buddies, look, answers, say } = told(open);
      answers(500);
      say("lost");
      look();
      answers(undefined);
      network.advance(30_000);
      network.kill(alice, { keepingSockets: true });
      answers(200);
      expect(look()[bob]).toBe("active open lost");
      expect(buddies.sequences).toEqual(rising(buddies.sequences));
      expect(buddies.view.versions).toEqual(rising(buddies.view.versions));
    });

    it("killed before a NOTIFY that failed is tried once more: it comes once, and all is in it", () => {
      const { network, buddies, look, answers, say } = told(open);
      answers(500);
      say("lost");
      look();
      network.kill(alice, { keepingSockets: true });
      answers(200);
      const { length } = buddies.sequences;
      network.advance(60_000);
      expect(look()[bob]).toBe("active open lost");
      expect(buddies.sequences.length - length).toBe(1);
    });

    it("killed after the clock was set back to before it began", () => {
      const { network, a, buddies, look, say } = told(open);
      network.jump(-60_000);
      network.kill(alice, { keepingSockets: false });
      a.connect().register();
      say("later");
      // What is to be told half a second after other news waits for the clock to come there again.
      network.advance(60_000);
      expect(look()[bob]).toBe("active open later");
      expect(buddies.sequences).toEqual(rising(buddies.sequences));
      expect(buddies.view.versions).toEqual(rising(buddies.view.versions));
    });

    it("killed after hours: the virtual subscriptions are refreshed on, and nobody sees one end", () => {
      const { network, a, b, buddies, look } = told(open);
      const { length } = network.wire;
      for (let minutes = 0; minutes < 480; minutes += 2) {
        network.advance(2 * 60_000);
        for (const client of [a, b]) client.register();
        if (minutes % 8 === 0) buddies.refresh();
        if (minutes === 240) network.kill(alice, { keepingSockets: true });
      }
      const ends = network.wire.slice(length).filter(({ frame }) => textOf(frame).includes('="terminated"'));
      expect(ends).toHaveLength(0);
      expect(look()[bob]).toBe("active open three");
    });

    it("killed when an entry has ended its subscription: it is asked anew, and not in the old dialog", () => {
      const { network, look } = told(open);
      putXcap(network, bob, "pres-rules/index", ruleset(rule("confirm", identity(alice))));
      network.advance(100);
      network.kill(alice, { keepingSockets: true });
      network.advance(3_000);
      expect(look()[bob]).toMatch(/^pending/);
    });
  },
);

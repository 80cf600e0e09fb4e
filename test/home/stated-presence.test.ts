// What a user states over HTTP, for clients that cannot PUBLISH, beside what others of his devices publish (RFC 3903).

import { describe, expect, it } from "vitest";
import { seconds } from "../../src/base/brand";
import { retractPresence, statedPublication, statePresence } from "../../src/home/events/stated-presence";
import type { StatedPresence } from "../../src/presence/presence-from-json";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { bob } from "./support/pair";
import { bodyOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { live, watched } from "./support/watched";
import { pidf, publish } from "./support/watcher";

/** Alice watches bob, who states things. */
function stating(open: OpenNetwork) {
  const world = watched(open);
  const { network } = world;
  const state = (stated: StatedPresence, expires?: number) =>
    network
      .home(bob)
      .administer((turn) =>
        statePresence(turn, stated, expires === undefined ? undefined : seconds(expires)),
      );
  const told = () => {
    network.advance(1_000);
    return world.watcher.notifies().map(bodyOf);
  };
  const news = () => {
    network.advance(1_000);
    return world.watcher.news();
  };
  return { ...world, state, told, news };
}

const busy: StatedPresence = { basic: "open", activity: "meeting", note: "back at three", mood: "happy" };

describeWithEviction("RFC 3903 §4: what a user states is a publication of his", (open) => {
  it("is told at once, with activity, mood and note", () => {
    const { state, told } = stating(open);
    expect(state(busy).ok).toBe(true);
    const [body = "", ...more] = told();
    expect(more).toEqual([]);
    for (const part of ["<basic>open</basic>", "rpid:meeting", "rpid:happy", ">back at three<"]) {
      expect(body).toContain(part);
    }
  });

  it("a second one takes the place of the first; the same again is no news", () => {
    const { network, state, news } = stating(open);
    state({ basic: "open", note: "one" });
    expect(news()).toEqual(["open (one), active"]);
    state({ basic: "open", note: "two" });
    expect(news()).toEqual(["open (two), active"]);
    state({ basic: "open", note: "two" });
    expect(news()).toEqual([]);
    expect(network.home(bob).state.publications.size).toBe(1);
  });

  it("taken back it leaves what is known without it", () => {
    const { network, state, news } = stating(open);
    state({ basic: "closed", note: "not here" });
    expect(news()).toEqual(["closed (not here), active"]);
    expect(network.home(bob).administer(retractPresence)).toBe(true);
    expect(news()).toEqual(["open, active"]);
    expect(network.home(bob).administer(retractPresence)).toBe(false);
  });

  it("ends by itself after its time, which is no longer than a PUBLISH's", () => {
    const { network, bobClient, client, state, news } = stating(open);
    state({ basic: "closed", note: "brief" }, 120);
    expect(news()).toEqual(["closed (brief), active"]);
    live(network, 130_000, bobClient, client);
    expect(news()).toEqual(["open, active"]);
    const long = state({ basic: "open" }, 1_000_000);
    expect(long.ok && long.value.expiresAt - network.now).toBe(3_600_000);
  });

  it("without a time stays for a year", () => {
    const { network, state } = stating(open);
    state({ basic: "closed", note: "sabbatical" });
    const standsAfter = (days: number) => {
      network.advance(days * 86_400_000);
      return network.home(bob).administer((turn) => statedPublication(turn)?.stated?.note);
    };
    expect(standsAfter(360)).toBe("sabbatical");
    expect(standsAfter(10)).toBeUndefined();
  });
});

describeWithEviction("RFC 3863 §4.1.4: open is who can be reached", (open) => {
  it("stated open is closed while no device is there, and open again when one comes", () => {
    const { network, bobClient, state, news } = stating(open);
    state({ basic: "open", note: "at work" });
    news();
    bobClient.close();
    network.advance(12_000);
    expect(news()).toEqual(["closed (at work), active"]);
    bobClient.connect().register();
    expect(news()).toEqual(["open (at work), active"]);
  });

  it("stated closed is closed, whatever device is there", () => {
    const { bobClient, state, news } = stating(open);
    state({ basic: "closed" });
    expect(news()).toEqual(["closed, active"]);
    bobClient.register();
    expect(news()).toEqual([]);
  });
});

describeWithEviction("RFC 3903 §6: beside PUBLISH", (open) => {
  it("both are told, and neither touches the other", () => {
    const { bobClient, state, told } = stating(open);
    state({ basic: "open", note: "stated" });
    const { status, entityTag } = publish(bobClient, ["Expires: 3600"], pidf("open", "published"));
    expect(status).toBe(200);
    const body = told().at(-1) ?? "";
    expect(body).toContain("stated");
    expect(body).toContain("published");
    publish(bobClient, ["Expires: 0", `SIP-If-Match: ${entityTag}`]);
    const after = told().at(-1) ?? "";
    expect(after).toContain("stated");
    expect(after).not.toContain("published");
  });

  it("pages that reload and forget their entity-tag do not push it out", () => {
    const { network, bobClient, state } = stating(open);
    state({ basic: "closed", note: "stated" });
    for (let reload = 0; reload < 25; reload++) {
      network.advance(2_000);
      expect(publish(bobClient, ["Expires: 3600"], pidf("open", `reload ${reload}`)).status).toBe(200);
    }
    expect(network.home(bob).administer((turn) => statedPublication(turn)?.stated?.note)).toBe("stated");
  });

  it("its id is no entity-tag", () => {
    const { bobClient, state } = stating(open);
    state(busy);
    const { status } = publish(bobClient, ["Expires: 0", "SIP-If-Match: stated"]);
    expect(status).toBe(412);
  });
});

describe("RFC 4480 §3.2, §3.5: what cannot be stated", () => {
  const open: OpenNetwork = (options) => new VirtualNetwork(options);

  it.each([
    [{ basic: "open", activity: "gardening" }, "activity"],
    [{ basic: "open", mood: "<evil/>" }, "mood"],
    [{ basic: "open", note: "x".repeat(1001) }, "note"],
  ] as const)("%j is refused for its %s", (stated, where) => {
    const { network, state, news } = stating(open);
    const outcome = state(stated);
    expect(outcome.ok ? "taken" : outcome.error.where).toBe(where);
    expect(news()).toEqual([]);
    expect(network.home(bob).state.publications.size).toBe(0);
  });

  it("text that looks like markup is text", () => {
    const { state, told } = stating(open);
    state({ basic: "open", note: "</note><tuple>&" });
    const [body = ""] = told();
    expect(body).toContain("&lt;/note&gt;&lt;tuple&gt;&amp;");
  });
});

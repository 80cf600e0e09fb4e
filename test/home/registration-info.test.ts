// RFC 3680 and RFC 5628 at the home of the user: where he is registered, told to him alone.

import { expect, it } from "vitest";
import { disconnectDevice } from "../../src/home/administration";
import { deviceKey } from "../../src/home/device";
import type { Frame } from "../../src/sip/frame";
import { type Client, registered } from "./support/client";
import { describeWithEviction, type OpenNetwork } from "./support/describe-with-eviction";
import { alice, bob, desk, phone } from "./support/pair";
import { bodyOf, headerOf, statusOf, textOf } from "./support/sip-text";
import { live } from "./support/watched";
import { Watcher } from "./support/watcher";

const lines = ["Event: reg"];
const gruu = { lines: ["Supported: gruu, outbound, path"] };
const accepting = (frame: Frame): number | undefined =>
  textOf(frame).startsWith("NOTIFY") ? 200 : undefined;

/** Bob's phone watches bob's registration. */
function registration(open: OpenNetwork) {
  const network = open().withAccounts(alice, bob);
  const b = registered(network, bob, "phone", { instance: phone, answers: accepting, ...gruu });
  const own = new Watcher(b, bob, "reg");
  const answer = own.subscribe(3600, lines);
  const told = () => {
    network.advance(1_000);
    return own.notifies().map(registrationIn);
  };
  const second = () => registered(network, bob, "desk", { instance: desk, answers: accepting });
  return { network, b, own, answer, told, second };
}

/** The state of the whole, and of each contact by its page. */
function registrationIn(frame: Frame): string {
  const body = bodyOf(frame);
  const whole = /<registration [^>]*state="(\w+)"/.exec(body)?.[1] ?? "nothing";
  const contacts = [
    ...body.matchAll(/<contact [^>]*?state="(\w+)" event="(\w+)"[\s\S]*?<uri>sip:([\w-]+)@/g),
  ];
  return [whole, ...contacts.map(([, state, event, page]) => `${page} ${state} ${event}`)].join(", ");
}

const unregister = (client: Client) => client.register({ expires: 0 });

describeWithEviction("RFC 3680 §4.6: whose business it is", (open) => {
  it("the user's own, and nobody else's", () => {
    const { network, answer, told } = registration(open);
    expect(statusOf(answer)).toBe(200);
    expect(told()).toEqual(["active, phone active registered"]);
    const a = registered(network, alice, "alice", { answers: accepting });
    expect(statusOf(new Watcher(a, bob, "nosy").subscribe(600, lines))).toBe(403);
  });
});

describeWithEviction("RFC 3680 §4.7: contacts come and go", (open) => {
  it("a second device comes, and is told of once when it has unregistered", () => {
    const { network, told, second } = registration(open);
    told();
    const d = second();
    expect(told()).toEqual(["active, phone active registered, desk active registered"]);
    unregister(d);
    expect(told()).toEqual(["active, phone active registered, desk terminated unregistered"]);
    network.advance(40_000);
    d.register();
    expect(told()).toEqual(["active, phone active registered, desk active registered"]);
  });

  it("a device that is back at once is not told of as ended any more", () => {
    const { network, told, second } = registration(open);
    const d = second();
    told();
    unregister(d);
    told();
    d.register();
    expect(told()).toEqual(["active, phone active registered, desk active registered"]);
    d.close();
    network.advance(12_000);
    expect(told()).toEqual(["active, phone active registered, desk terminated expired"]);
  });

  it("the last one goes: the registration is terminated, and later it is as if there had been none", () => {
    const { network, b, own, told } = registration(open);
    told();
    unregister(b);
    expect(told()).toEqual(["terminated, phone terminated unregistered"]);
    network.advance(40_000);
    own.refresh(600, lines);
    expect(told()).toEqual(["init"]);
  });

  it("all go with a Contact of *", () => {
    const { b, told, second } = registration(open);
    second();
    told();
    const star = b.text("REGISTER", "sip:example.com", bob, ["Contact: *", "Expires: 0"]);
    expect(statusOf(b.ask(star))).toBe(200);
    expect(told()).toEqual(["terminated, phone terminated unregistered, desk terminated unregistered"]);
  });

  it("a refresh is no news", () => {
    const { network, b, told } = registration(open);
    const d = registered(network, bob, "desk", { instance: desk, answers: accepting, ...gruu });
    told();
    for (let times = 0; times < 3; times++) {
      network.advance(100_000);
      for (const client of [b, d]) client.register(gruu);
    }
    expect(told()).toEqual([]);
  });

  it("one that is not refreshed has expired", () => {
    const { network, b, told, second } = registration(open);
    second();
    told();
    live(network, 1_800_000, b);
    expect(told().at(-1)).toBe("active, phone active registered, desk terminated expired");
  });

  it("a device within its grace is no news; when that is over it has expired", () => {
    const { network, told, second } = registration(open);
    const d = second();
    told();
    d.close();
    network.advance(5_000);
    expect(told()).toEqual([]);
    network.advance(10_000);
    expect(told()).toEqual(["active, phone active registered, desk terminated expired"]);
  });

  it("a page that comes back within the grace is no news at all", () => {
    const { network, told, second } = registration(open);
    const d = second();
    told();
    d.close();
    network.advance(5_000);
    d.connect().register();
    network.advance(20_000);
    expect(told()).toEqual([]);
  });

  it("a new page takes the place of the one before", () => {
    const { network, told, second } = registration(open);
    const d = second();
    told();
    d.close();
    network.advance(2_000);
    d.page = "desk-2";
    d.connect().register();
    expect(told()).toEqual([
      "active, phone active registered, desk-2 active registered, desk terminated expired",
    ]);
  });

  it("of two tabs of one device one is closed: it alone has ended", () => {
    const { network, told, second } = registration(open);
    const d = second();
    registered(network, bob, "tab", { instance: desk, answers: accepting });
    expect(told().at(-1)).toBe(
      "active, phone active registered, desk active registered, tab active registered",
    );
    d.close();
    expect(told().at(-1)).toBe(
      "active, phone active registered, tab active registered, desk terminated expired",
    );
  });

  it.each(["here", "gone a moment ago"])(
    "what an administrator forgets may register again: one that is %s",
    (where) => {
      const { network, told, second } = registration(open);
      const d = second();
      if (where !== "here") d.close();
      told();
      network.home(bob).administer((turn) => {
        const device = [...turn.state.devices.values()].find(({ contact }) => contact === d.contact);
        return disconnectDevice(turn, deviceKey(turn, device ?? { id: "none" }), true);
      });
      expect(told()).toEqual(["active, phone active registered, desk terminated deactivated"]);
    },
  );

  it("is told as it is when the object comes back from a crash", () => {
    const { network, told, second } = registration(open);
    second();
    told();
    network.kill(bob, { keepingSockets: true });
    network.advance(10_000);
    expect(told()).toEqual([]);
    network.cutSockets(bob);
    network.advance(1_000_000);
    expect(network.home(bob).state.devices.get(`<${phone}>`)?.state).toBe("away");
  });
});

describeWithEviction("RFC 3680 §5.1: the document", (open) => {
  it("has a version that rises, ids that stay, and what the last REGISTER said", () => {
    const { network, b, own, second } = registration(open);
    second();
    network.advance(1_000);
    const bodies = own.notifies().map(bodyOf);
    const [first = "", last = ""] = bodies;
    expect(bodies).toHaveLength(2);
    expect(Number(/version="(\d+)"/.exec(last)?.[1])).toBeGreaterThan(
      Number(/version="(\d+)"/.exec(first)?.[1]),
    );
    const id = (body: string) => /<contact id="(\w+)"/.exec(body)?.[1];
    expect(id(first)).toBe(id(last));
    const regId = (body: string) => /<registration aor="sip:bob@example.com" id="(\w+)"/.exec(body)?.[1];
    expect(regId(first)).toBe(regId(last));
    expect(first).toContain(`callid="register-${b.page}"`);
    expect(Number(/ expires="(\d+)"/.exec(first)?.[1])).toBeGreaterThan(60);
  });
});

describeWithEviction("RFC 5628 §5: GRUUs", (open) => {
  it("the public one is told of a device that has one, and of no other", () => {
    const { network, own, second } = registration(open);
    second();
    network.advance(1_000);
    const body = bodyOf(own.notifies().at(-1));
    const [first = "", other = ""] = body.split("</contact>");
    expect(first).toContain(`uri="sip:bob@example.com;gr=${phone}"`);
    expect(other).not.toContain("gruu");
  });
});

describeWithEviction("RFC 6665 §4.2.1.1: what is refused", (open) => {
  it("406, 423, the longest, and 489", () => {
    const { b } = registration(open);
    const other = new Watcher(b, bob, "other");
    expect(statusOf(other.subscribe(600, [...lines, "Accept: application/pidf+xml"]))).toBe(406);
    const brief = new Watcher(b, bob, "brief").subscribe(10, lines);
    expect([statusOf(brief), headerOf(brief, "Min-Expires")]).toEqual([423, "60"]);
    const long = new Watcher(b, bob, "long").subscribe(1_000_000, lines);
    expect([statusOf(long), Number(headerOf(long, "Expires"))]).toEqual([200, 3600]);
    const unknown = new Watcher(b, bob, "unknown").subscribe(600, ["Event: registration"]);
    expect(statusOf(unknown)).toBe(489);
    expect(headerOf(unknown, "Allow-Events")).toContain("reg");
  });
});

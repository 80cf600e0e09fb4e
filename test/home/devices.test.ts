import { expect, it } from "vitest";
import { Client, registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { headerOf, headersOf, statusOf, textOf } from "./support/sip-text";
import type { VirtualNetwork } from "./support/virtual-network";

const alice = "alice@example.com";
const bob = "bob@example.com";
const instance = "urn:uuid:0c67446e-f1a1-11d9-94d3-000a95a0e128";
const other = "urn:uuid:6f85d4e3-e8aa-46aa-b768-bf39d5912143";

const devicesOf = (network: VirtualNetwork, user: string) =>
  [...network.home(user).state.devices.values()].map(({ id, state }) => `${id} ${state}`);

describeWithEviction("design, Socket, page, device, account", (open) => {
  it("a page that is back with its Contact is the same page: its old socket is closed", () => {
    const network = open().withAccounts(alice);
    const before = registered(network, alice, "page", { instance });
    const { end } = before;
    before.connect();
    expect(statusOf(before.register())).toBe(200);
    expect(end.closed).toEqual({ code: 1000, reason: "Replaced by a newer connection" });
    expect(before.end.closed).toBeUndefined();
    expect(devicesOf(network, alice)).toEqual([`<${instance}> live`]);
  });

  it("several Contacts in one REGISTER are one branch: the highest q", () => {
    const network = open().withAccounts(alice, bob);
    const client = registered(network, alice, "page", {
      lines: ["Contact: <sip:best@page.invalid>;q=0.9", "Contact: <sip:worst@page.invalid>;q=0.1"],
      parameters: ";q=0.5",
      answers: () => 200,
    });
    expect(registered(network, bob, "bob").message(alice, "hello")).toBe(200);
    expect(client.takeRequests().map((frame) => textOf(frame).split(" ")[1])).toEqual([
      "sip:best@page.invalid",
    ]);
  });

  it("a new device is refused while all there may be are here, and takes the place of one that is gone", () => {
    const few = open({
      settings: (all) => ({ ...all, registration: { ...all.registration, devices: 2 } }),
    }).withAccounts(alice);
    const first = registered(few, alice, "first", { instance });
    registered(few, alice, "second", { instance: other });
    const third = new Client(few, alice, "third", {
      instance: "urn:uuid:00000000-0000-1000-8000-000000000003",
    }).connect();
    expect(statusOf(third.register())).toBe(403);
    expect(devicesOf(few, alice)).toHaveLength(2);
    first.close();
    expect(statusOf(third.register())).toBe(200);
    expect(devicesOf(few, alice)).toHaveLength(2);
  });

  it("a reload is the same device with a new page", () => {
    const network = open().withAccounts(alice, bob);
    const before = registered(network, alice, "before", { instance });
    before.close();
    network.advance(2_000);
    const after = registered(network, alice, "after", { instance, answers: () => 200 });
    expect(devicesOf(network, alice)).toEqual([`<${instance}> live`]);
    expect(headersOf(after.register(), "Contact")).toHaveLength(1);
    expect(registered(network, bob, "bob").message(alice, "hello")).toBe(200);
    expect(headerOf(after.takeRequests()[0], "Call-ID")).not.toBe("");
  });

  it("what was under way to a tab that closes goes to the device's other tab", () => {
    const network = open().withAccounts(alice, bob);
    const older = registered(network, alice, "older", { instance, answers: () => 200 });
    network.advance(1_000);
    const newer = registered(network, alice, "newer", { instance });
    const sender = registered(network, bob, "bob");
    sender.send(sender.messageText(alice, "hello"));
    network.settle();
    expect([older.takeRequests().length, newer.takeRequests().length]).toEqual([0, 1]);
    newer.close();
    network.settle();
    expect(older.takeRequests()).toHaveLength(1);
  });

  it("two tabs of one device live side by side, and requests go to the newer", () => {
    const network = open().withAccounts(alice, bob);
    const older = registered(network, alice, "older", { instance, answers: () => 200 });
    network.advance(1_000);
    const newer = registered(network, alice, "newer", { instance, answers: () => 200 });
    expect([older.end.closed, newer.end.closed]).toEqual([undefined, undefined]);
    expect(registered(network, bob, "bob").message(alice, "hello")).toBe(200);
    expect([older.takeRequests().length, newer.takeRequests().length]).toEqual([0, 1]);
    newer.close();
    expect(devicesOf(network, alice)).toEqual([`<${instance}> live`]);
    expect(registered(network, bob, "bob-again").message(alice, "hello")).toBe(200);
    expect(older.takeRequests()).toHaveLength(1);
  });

  it("all clients without an instance-id are one device", () => {
    const network = open().withAccounts(alice, bob);
    const older = registered(network, alice, "older", { answers: () => 200 });
    network.advance(1_000);
    const newer = registered(network, alice, "newer", { answers: () => 200 });
    expect(devicesOf(network, alice)).toEqual([" live"]);
    registered(network, bob, "bob").message(alice, "hello");
    expect([older.takeRequests().length, newer.takeRequests().length]).toEqual([0, 1]);
  });

  it("a socket that closes leaves the device ten seconds, then it is away", () => {
    const network = open().withAccounts(alice);
    registered(network, alice, "page", { instance }).close();
    expect(devicesOf(network, alice)).toEqual([`<${instance}> grace`]);
    network.advance(9_999);
    expect(devicesOf(network, alice)).toEqual([`<${instance}> grace`]);
    network.advance(2);
    expect(devicesOf(network, alice)).toEqual([`<${instance}> away`]);
  });

  it("back in time it was never away", () => {
    const network = open().withAccounts(alice);
    const page = registered(network, alice, "page", { instance });
    const since = [...network.home(alice).state.devices.values()][0]?.since;
    page.close();
    network.advance(9_000);
    page.connect().register();
    network.advance(60_000);
    const [device] = network.home(alice).state.devices.values();
    expect([device?.state, device?.since]).toEqual(["live", since]);
  });

  it("sockets that vanish unseen are discovered at the next wake-up, and the grace counts from there", () => {
    const network = open().withAccounts(alice);
    registered(network, alice, "page", { instance });
    network.kill(alice, { keepingSockets: false });
    expect(devicesOf(network, alice)).toEqual([`<${instance}> grace`]);
    network.advance(10_001);
    expect(devicesOf(network, alice)).toEqual([`<${instance}> away`]);
  });

  it("a home that is asked first finds its lost device out as well", () => {
    const network = open().withAccounts(alice, bob);
    registered(network, alice, "page", { instance });
    network.cutSockets(alice);
    network.kill(alice, { keepingSockets: false });
    expect(registered(network, bob, "bob").message(alice, "are you there?")).toBe(202);
  });

  it("a binding that is not refreshed is over, with five seconds of slack, and nobody is sent to it", () => {
    const network = open().withAccounts(alice, bob);
    const silent = registered(network, alice, "page", { instance });
    const sender = registered(network, bob, "bob");
    network.advance(154_000);
    sender.register();
    sender.sendOnly(sender.messageText(alice, "within the slack"));
    network.settle();
    expect(silent.takeRequests()).toHaveLength(1);
    network.advance(2_000);
    sender.takeAll();
    expect(sender.message(alice, "too late")).toBe(202);
    expect(silent.takeRequests()).toEqual([]);
  });

  it("a device whose binding ran out in silence is found to be away when another refreshes", () => {
    const network = open().withAccounts(alice);
    registered(network, alice, "silent", { instance });
    network.advance(100_000);
    const here = registered(network, alice, "here", { instance: other });
    network.advance(60_000);
    expect(statusOf(here.register())).toBe(200);
    expect(devicesOf(network, alice)).toEqual([`<${instance}> away`, `<${other}> live`]);
  });

  it("an account has at most twenty devices: of those away the longest away goes", () => {
    const network = open().withAccounts(alice);
    for (let index = 0; index < 21; index++) {
      registered(network, alice, `page${index}`, { instance: `urn:uuid:${index}` }).register({ expires: 0 });
      network.advance(1_000);
    }
    const ids = [...network.home(alice).state.devices.keys()];
    expect(ids).toHaveLength(20);
    expect(ids).not.toContain("<urn:uuid:0>");
  });

  it("a device away for thirty days is forgotten", () => {
    const network = open().withAccounts(alice);
    registered(network, alice, "gone", { instance }).register({ expires: 0 });
    network.advance(30 * 86_400_000);
    registered(network, alice, "here", { instance: other });
    expect(devicesOf(network, alice)).toEqual([`<${other}> live`]);
  });
});

describeWithEviction("design, budgets", (open) => {
  it("a REGISTER refresh writes no row, makes no call and sets no alarm", () => {
    const network = open().withAccounts(alice);
    const client = registered(network, alice, "page", { instance });
    const home = network.home(alice);
    const before = [home.rowsWritten, home.alarmsSet, network.calls.parcels];
    for (let refresh = 0; refresh < 5; refresh++) {
      network.advance(100_000);
      expect(statusOf(client.register())).toBe(200);
    }
    expect([home.rowsWritten, home.alarmsSet, network.calls.parcels]).toEqual(before);
  });

  it("an idle user nobody watches costs nothing at all", () => {
    const network = open().withAccounts(alice);
    const client = new Client(network, alice, "page").connect();
    client.register();
    const home = network.home(alice);
    const before = [home.rowsWritten, home.alarmsSet, network.calls.parcels, home.state.sockets.size];
    network.advance(24 * 3_600_000);
    expect([home.rowsWritten, home.alarmsSet, network.calls.parcels, home.state.sockets.size]).toEqual(
      before,
    );
    expect([home.alarmAt, home.tickAt]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

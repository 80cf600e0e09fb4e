import { expect, it } from "vitest";
import { registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { alice, bob, desk, pair, phone } from "./support/pair";
import { headerOf, headersOf, responseFor, statusOf, textOf } from "./support/sip-text";

describeWithEviction("design, Trust: credentials end at the sender's home", (open) => {
  const ours = 'Digest username="alice", realm="example.com", nonce="n", uri="sip:x", response="0"';
  const otherRealm =
    'Digest username="alice", realm="biloxi.example.org", nonce="n", uri="sip:x", response="0"';
  const secret = "eyJhbGciOiJIUzI1NiJ9";

  it.each([
    `Authorization: Bearer ${secret}`,
    `Proxy-Authorization: Bearer ${secret}`,
    `authorization:   bEaReR ${secret}`,
    `Proxy-Authorization: ${ours}`,
    `Authorization: ${ours.replace('realm="example.com"', "realm=example.com")}`,
    `Authorization: Basic ${secret}`,
    `Authorization: ${secret}`,
  ])("%s is forwarded, stored and logged nowhere", (line) => {
    const { network, sender, receiver, sent } = pair(open);
    const live = sent([line]);
    expect(live.status).toBe(200);
    expect(headersOf(live.frame, "Authorization")).toEqual([]);
    expect(headersOf(live.frame, "Proxy-Authorization")).toEqual([]);
    receiver.close();
    network.advance(11_000);
    expect(sender.message(bob, "stored", [line])).toBe(202);
    const [row] = network.home(bob).store.messagesAfter(0, 10);
    expect(headersOf(row?.frame, "Authorization")).toEqual([]);
    expect(headersOf(row?.frame, "Proxy-Authorization")).toEqual([]);
    expect(JSON.stringify(network.logged)).not.toContain(secret);
  });

  it("but for those of another realm, which pass (RFC 3261 §22.3)", () => {
    const { frame } = pair(open).sent([`Proxy-Authorization: ${otherRealm}`]);
    expect(headersOf(frame, "Proxy-Authorization")).toEqual([otherRealm]);
  });

  it("for every realm of the deployment", () => {
    const { frame } = pair(open).sent([`Authorization: ${ours.replace("example.com", "example.net")}`]);
    expect(headersOf(frame, "Authorization")).toEqual([]);
  });
});

describeWithEviction("design, The roads: what a client may not say", (open) => {
  it("From of somebody else is 403, also in another domain", () => {
    const { sent } = pair(open);
    expect(sent([], (text) => text.replace("From: <sip:alice@", "From: <sip:bob@"))).toMatchObject({
      status: 403,
      frame: undefined,
    });
    const elsewhere = (text: string) =>
      text.replace("From: <sip:alice@example.com", "From: <sip:alice@example.net");
    expect(sent([], elsewhere).status).toBe(403);
    const inDisguise = (text: string) =>
      text.replace("From: <", 'From: "<sip:alice@example.com>" <sip:bob@example.com>;x=<');
    expect(sent([], inDisguise).status).not.toBe(200);
  });

  it("From of the user in another spelling is the user's", () => {
    const { sent } = pair(open);
    expect(
      sent([], (text) => text.replace("From: <sip:alice@example.com", "From: <sip:ALICE@Example.COM:5060"))
        .status,
    ).toBe(200);
    expect(sent([], (text) => text.replace("From: <sip:alice@", "From: <sip:%61lice@")).status).toBe(200);
  });

  it("more than one Via is 400 (RFC 3261 §18.2.1), on lines of their own or on one", () => {
    const { sent } = pair(open);
    const forged = "SIP/2.0/WSS victim.invalid;branch=z9hG4bKforged";
    expect(sent([`Via: ${forged}`])).toMatchObject({ status: 400, frame: undefined });
    const onOneLine = (text: string) => text.replace(/^(Via: .*)$/m, `$1, ${forged}`);
    expect(sent([], onOneLine)).toMatchObject({ status: 400, frame: undefined });
  });

  it("Record-Route, Path, Service-Route and P-Asserted-Identity are cut", () => {
    const lines = [
      "Record-Route: <sip:mallory.example.org;lr>",
      "Path: <sip:mallory.example.org;lr>",
      "Service-Route: <sip:mallory.example.org;lr>",
      'P-Asserted-Identity: "Bob" <sip:bob@example.com>',
      "P-Preferred-Identity: <sip:bob@example.com>",
    ];
    const { status, frame } = pair(open).sent(lines);
    expect(status).toBe(200);
    expect(textOf(frame)).not.toContain("mallory");
    expect(textOf(frame)).not.toMatch(/P-Asserted|P-Preferred/i);
  });

  const trusted = [
    "Remote-Party-ID: <sip:bob@example.com>;screen=yes",
    "Diversion: <sip:bob@example.com>",
    "History-Info: <sip:bob@example.com>;index=1",
    "P-Asserted-Service: urn:urn-7:3gpp-service.ims.icsi.mmtel",
    "P-Preferred-Service: urn:urn-7:3gpp-service.ims.icsi.mmtel",
    "P-Associated-URI: <sip:bob@example.com>",
    "P-Called-Party-ID: <sip:bob@example.com>",
    "P-Visited-Network-ID: other.example.org",
    "P-Access-Network-Info: IEEE-802.11;i-wlan-node-id=001122334455",
    "P-Charging-Function-Addresses: ccf=192.0.2.1",
    "P-Charging-Vector: icid-value=1",
    "P-Profile-Key: <sip:bob@example.com>",
    "P-Served-User: <sip:bob@example.com>",
    "P-ASSERTED-IDENTITY: <tel:+15551234>, <sip:bob@example.com>",
  ];

  it("nothing goes out that only the trust domain may say (RFC 3325 §9, 3455, 5806, 7044)", () => {
    const { status, frame } = pair(open).sent([...trusted, "P-Own-Extension: stays"]);
    expect(status).toBe(200);
    expect(textOf(frame)).not.toMatch(/^(?:remote|diversion|history|p-(?!own))/im);
    expect(headersOf(frame, "P-Own-Extension")).toEqual(["stays"]);
  });

  it("nor does it come back in a device's response", () => {
    const network = open().withAccounts(alice, bob);
    const from = registered(network, alice, "alice-page");
    const to = registered(network, bob, "bob-page");
    from.sendOnly(from.text("OPTIONS", `sip:${bob}`, bob));
    network.settle();
    const [asked] = to.takeRequests();
    to.answer(asked ?? "", 200, [...trusted, "P-Own-Extension: stays"]);
    const answer = from.take();
    expect(statusOf(answer)).toBe(200);
    expect(textOf(answer)).not.toMatch(/^(?:remote|diversion|history|p-(?!own))/im);
    expect(headersOf(answer, "P-Own-Extension")).toEqual(["stays"]);
  });

  const nobody = (uri: string) => (text: string) =>
    text.replace("From: <sip:alice@example.com>", `From: "Anonymous" <${uri}>`);

  it("From of nobody is let through, and the home says who it is (RFC 3325 §9.1)", () => {
    const { status, frame } = pair(open).sent([], nobody("sip:anonymous@anonymous.invalid"));
    expect(status).toBe(200);
    expect(headersOf(frame, "P-Asserted-Identity")).toEqual(["<sip:alice@example.com>"]);
  });

  it.each([["Privacy: id"], ["Privacy: header;ID;critical"], ["Privacy: user", "Privacy: id"]])(
    "with %s no device of the other side learns it (RFC 3325 §7), at once or from the log",
    (...lines) => {
      const anonymously = nobody("sip:anonymous@anonymous.invalid");
      const { status, frame } = pair(open).sent(lines, anonymously);
      expect(status).toBe(200);
      expect(textOf(frame)).not.toContain("alice@");
      const network = open().withAccounts(alice, bob);
      registered(network, bob, "bob-page", { instance: "urn:uuid:1" }).close();
      const from = registered(network, alice, "alice-page");
      expect(statusOf(from.ask(anonymously(from.messageText(bob, "psst", lines))))).toBe(202);
      const back = registered(network, bob, "bob-page", { instance: "urn:uuid:1" });
      network.settle();
      const [stored] = back.takeRequests();
      expect(textOf(stored)).toContain("psst");
      expect(textOf(stored)).not.toContain("alice@");
    },
  );

  it.each(["sip:mallory@anonymous.invalid", "sip:anonymous.invalid", "sip:anonymous@example.com"])(
    "From of %s is somebody, or nobody in particular: 403",
    (uri) => {
      expect(pair(open).sent([], nobody(uri))).toMatchObject({ status: 403, frame: undefined });
    },
  );

  it("a Route that names us is popped, any other is 403 (RFC 3261 §16.4)", () => {
    const { sent } = pair(open);
    for (const route of ["<sip:example.com;transport=ws;lr>", "<sip:example.net;lr>, <sip:example.com;lr>"]) {
      const { status, frame } = sent([`Route: ${route}`]);
      expect([status, headersOf(frame, "Route")]).toEqual([200, []]);
    }
    for (const route of [
      "<sip:mallory.example.org;lr>",
      "<sip:example.com;lr>, <sip:mallory.example.org;lr>",
    ]) {
      expect(sent([`Route: ${route}`])).toMatchObject({ status: 403, frame: undefined });
    }
    expect(sent(["Route: nonsense"]).status).toBe(400);
  });

  it("a claim to be a carbon is cut", () => {
    expect(textOf(pair(open).sent(["Durasip-Carbon: sent"]).frame)).not.toContain("Durasip-Carbon");
  });

  it("Max-Forwards: 0 is 483 (RFC 3261 §16.3 step 3), and one more is the last hop but one", () => {
    const { sent } = pair(open);
    const hops = (count: number) => (text: string) =>
      text.replace("Max-Forwards: 70", `Max-Forwards: ${count}`);
    expect(sent([], hops(0))).toMatchObject({ status: 483, frame: undefined });
    expect(headerOf(sent([], hops(10)).frame, "Max-Forwards")).toBe("8");
  });

  it("Max-Forwards: 1 reaches the other home and ends there: never a negative number", () => {
    const { status, frame } = pair(open).sent([], (text) =>
      text.replace("Max-Forwards: 70", "Max-Forwards: 1"),
    );
    expect({ status, frame: headerOf(frame, "Max-Forwards") }).toEqual({ status: 483, frame: "" });
  });

  it("Proxy-Require is 420 with Unsupported (RFC 3261 §16.3 step 5)", () => {
    const { sender } = pair(open);
    const answer = sender.ask(sender.messageText(bob, "hello", ["Proxy-Require: nosuch"]));
    expect([statusOf(answer), headersOf(answer, "Unsupported")]).toEqual([420, ["nosuch"]]);
  });

  it.each(["BYE", "INFO", "UPDATE", "PRACK", "NOTIFY"])("%s outside of a dialog is 481", (method) => {
    const { sender } = pair(open);
    const lines = ["Event: presence", "Subscription-State: active"];
    expect(statusOf(sender.ask(sender.text(method, `sip:${bob}`, bob, lines)))).toBe(481);
  });

  it("an ACK is never answered (RFC 3261 §17.1.1.3)", () => {
    const { sender } = pair(open);
    expect(sender.ask(sender.text("ACK", `sip:${bob}`, bob))).toBeUndefined();
  });
});

describeWithEviction("design, The roads: responses count only on the page their branch went to", (open) => {
  const asked = () => {
    const network = open().withAccounts(alice, bob);
    const sender = registered(network, alice, "alice-page", { instance: desk });
    const receiver = registered(network, bob, "bob-page", { instance: phone });
    sender.send(sender.messageText(bob, "hello"));
    return { network, sender, receiver, request: receiver.take() ?? "" };
  };

  it("from another of the user's pages it is ignored", () => {
    const { network, sender, receiver, request } = asked();
    const tab = registered(network, bob, "other-page", { instance: desk });
    tab.send(responseFor(request, 200));
    expect(sender.take()).toBeUndefined();
    receiver.send(responseFor(request, 200));
    expect(statusOf(sender.take())).toBe(200);
  });

  it("from the sender himself, who guesses or replays, it is ignored", () => {
    const { sender, request } = asked();
    sender.send(responseFor(request, 200));
    expect(sender.take()).toBeUndefined();
  });

  it("with a forged branch it is ignored", () => {
    const { sender, receiver, request } = asked();
    receiver.send(responseFor(request, 200).replace(/token\d+/, "token0000000000000000000"));
    expect(sender.take()).toBeUndefined();
  });

  it("twice it counts once", () => {
    const { sender, receiver, request } = asked();
    receiver.send(responseFor(request, 200)).send(responseFor(request, 486));
    expect(sender.takeAll().map(statusOf)).toEqual([200]);
  });

  it("with Via, From, Call-ID and CSeq of the callee's making it comes back with those of the request", () => {
    const { sender, receiver, request } = asked();
    const [top = ""] = headersOf(request, "Via");
    const forged = [
      "SIP/2.0 200 OK",
      `Via: ${top}`,
      "Via: SIP/2.0/WSS victim.invalid;branch=z9hG4bKvictim",
      "From: <sip:mallory@example.com>;tag=forged",
      "To: <sip:bob@example.com>;tag=t",
      "Call-ID: forged",
      "CSeq: 99 MESSAGE",
      "Record-Route: <sip:mallory.example.org;lr>",
      "Content-Length: 0",
      "",
      "",
    ].join("\r\n");
    receiver.send(forged);
    const answer = sender.take();
    expect(headersOf(answer, "Via")).toEqual([headersOf(request, "Via")[2]]);
    expect(headersOf(answer, "From")).toEqual(headersOf(request, "From"));
    expect(headersOf(answer, "Call-ID")).toEqual(headersOf(request, "Call-ID"));
    expect(headersOf(answer, "CSeq")).toEqual(headersOf(request, "CSeq"));
    expect(headersOf(answer, "Record-Route")).toEqual([]);
  });
});

import { expect, it } from "vitest";
import { type Client, registered } from "./support/client";
import { describeWithEviction } from "./support/describe-with-eviction";
import { headerOf, headersOf, masked, sip, statusOf, textOf } from "./support/sip-text";

const alice = "alice@example.com";
const bob = "bob@example.com";
const instance = "urn:uuid:0c67446e-f1a1-11d9-94d3-000a95a0e128";
const other = "urn:uuid:6f85d4e3-e8aa-46aa-b768-bf39d5912143";

const contactsIn = (frame: Parameters<typeof headersOf>[0]) => headersOf(frame, "Contact");

describeWithEviction("RFC 3261 §10.3 step 8: the 200 to a REGISTER", (open) => {
  it("echoes the Contact byte for byte, but for what is the registrar's to say (design, The roads)", () => {
    const client = registered(open().withAccounts(alice), alice, "page");
    const answer = client.ask(sip`
      REGISTER sip:example.com SIP/2.0
      Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKasudf-3696-24845-1;rport
      Max-Forwards: 70
      From: "Alice A." <sip:alice@example.com>;tag=a6c85cf
      To: "Alice A." <sip:Alice@EXAMPLE.com>
      Call-ID: 65m3qpj19fkbamvj2v1d7f
      CSeq: 3 REGISTER
      m: "A;lice" <sip:i4p0kmbs@df7jal23ls0d.invalid;transport=ws> ;+sip.instance="<urn:uuid:0C67446E>" ;X-Color="dark; red";q=0.50;expires=600;+sip.ice
      Content-Length: 0`);
    expect(masked(answer)).toBe(sip`
      SIP/2.0 200 OK
      Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKasudf-3696-24845-1;rport
      From: "Alice A." <sip:alice@example.com>;tag=a6c85cf
      To: "Alice A." <sip:Alice@EXAMPLE.com>;tag=TOKEN
      Call-ID: 65m3qpj19fkbamvj2v1d7f
      CSeq: 3 REGISTER
      Contact: <sip:page@page.invalid;transport=ws>;expires=150
      Contact: "A;lice" <sip:i4p0kmbs@df7jal23ls0d.invalid;transport=ws>;+sip.instance="<urn:uuid:0C67446E>";X-Color="dark; red";q=0.50;+sip.ice;expires=150
      Content-Length: 0
    `);
  });

  it("grants 150 s, and 600 s once a keep-alive was seen (design, The roads)", () => {
    const client = registered(open().withAccounts(alice), alice, "page");
    expect(contactsIn(client.register({ expires: 3600 }))).toEqual([`${client.contactValue};expires=150`]);
    client.pinged = true;
    expect(contactsIn(client.register({ expires: 3600 }))).toEqual([`${client.contactValue};expires=600`]);
    expect(contactsIn(client.register({ expires: 90 }))).toEqual([`${client.contactValue};expires=90`]);
    expect(contactsIn(client.register())).toEqual([`${client.contactValue};expires=600`]);
  });

  it("lists what is bound to whom asks without a Contact (§10.3 step 6)", () => {
    const network = open().withAccounts(alice);
    const one = registered(network, alice, "one", { instance });
    const two = registered(network, alice, "two", { instance: other });
    network.advance(30_000);
    const text = one.text("REGISTER", "sip:example.com", alice, [], "", { callId: "fetch" });
    expect(contactsIn(one.ask(text))).toEqual([
      `${one.contactValue};expires=120`,
      `${two.contactValue};expires=120`,
    ]);
  });
});

describeWithEviction("RFC 3261 §10.3: what a registrar refuses", (open) => {
  const statusFor = (client: Client, lines: readonly string[], uri = "sip:example.com", to = alice) =>
    statusOf(client.ask(client.text("REGISTER", uri, to, lines)));

  it("step 2: 420 for an extension it does not know, naming it", () => {
    const client = registered(open().withAccounts(alice), alice, "page");
    const text = client.text("REGISTER", "sip:example.com", alice, ["Require: path, nosuch"]);
    const answer = client.ask(text);
    expect(statusOf(answer)).toBe(420);
    expect(headersOf(answer, "Unsupported")).toEqual(["nosuch"]);
  });

  it("step 3: 403 for another user's address-of-record; one socket speaks for one (design, §1)", () => {
    const network = open().withAccounts(alice, bob);
    const client = registered(network, alice, "page");
    expect(statusFor(client, [`Contact: ${client.contactValue}`], "sip:example.com", bob)).toBe(403);
    const forged = client.registerText().replace("From: <sip:alice@", "From: <sip:bob@");
    expect(statusOf(client.ask(forged))).toBe(403);
    expect(network.home(bob).state.devices.size).toBe(0);
  });

  it("416 for a scheme it does not serve, 404 for a domain that is not its own", () => {
    const client = registered(open().withAccounts(alice), alice, "page");
    expect(statusFor(client, [], "urn:service:sos")).toBe(416);
    expect(statusFor(client, [], "sip:elsewhere.example.org")).toBe(404);
  });

  it("step 7: 423 with Min-Expires for an interval too brief, in Expires or in the Contact", () => {
    const client = registered(open().withAccounts(alice), alice, "page");
    const answer = client.register({ expires: 59 });
    expect(statusOf(answer)).toBe(423);
    expect(headerOf(answer, "Min-Expires")).toBe("60");
    expect(statusFor(client, [`Contact: ${client.contactValue}`, "Expires: 59"])).toBe(423);
    expect(statusFor(client, [`Contact: ${client.contactValue}`, "Expires: 60"])).toBe(200);
  });

  it("step 6: 400 for * beside a Contact, or without Expires: 0", () => {
    const client = registered(open().withAccounts(alice), alice, "page");
    expect(statusFor(client, ["Contact: *"])).toBe(400);
    expect(statusFor(client, ["Contact: *", "Expires: 60"])).toBe(400);
    expect(statusFor(client, ["Contact: *", `Contact: ${client.contactValue}`, "Expires: 0"])).toBe(400);
    expect(contactsIn(client.register())).toHaveLength(1);
  });

  it("RFC 5626 §6: 400 for a reg-id among several Contacts", () => {
    const client = registered(open().withAccounts(alice), alice, "page", { instance });
    const two = [`Contact: ${client.contactValue};reg-id=1`, "Contact: <sip:x@y.invalid>"];
    expect(statusFor(client, two)).toBe(400);
  });

  it("a Contact it cannot read, 400, and more than it keeps", () => {
    const client = registered(open().withAccounts(alice), alice, "page");
    expect(statusFor(client, ["Contact: <sip:alice@"])).toBe(400);
    const many = Array.from({ length: 6 }, (_, index) => `Contact: <sip:${index}@x.invalid>`);
    expect(statusFor(client, many)).toBe(400);
  });
});

describeWithEviction("RFC 3261 §10.3 step 7: a REGISTER out of order", (open) => {
  const late = (client: Client, cseq: number, expires: number, callId = "register-page") =>
    client
      .text(
        "REGISTER",
        "sip:example.com",
        alice,
        [`Contact: ${client.contactValue};expires=${expires}`],
        "",
        { callId },
      )
      .replace(/CSeq: \d+/, `CSeq: ${cseq}`);

  it("is 500, and the bindings are as they were", () => {
    const client = registered(open().withAccounts(alice), alice, "page");
    client.ask(late(client, 20, 120));
    expect(statusOf(client.ask(late(client, 19, 0)))).toBe(500);
    expect(statusOf(client.ask(late(client, 20, 0)))).toBe(500);
    const fetched = client.text("REGISTER", "sip:example.com", alice);
    expect(contactsIn(client.ask(fetched))).toEqual([`${client.contactValue};expires=120`]);
    expect(statusOf(client.ask(late(client, 21, 0)))).toBe(200);
  });

  it("changes none of several Contacts when one of them is out of order", () => {
    const client = registered(open().withAccounts(alice), alice, "page");
    client.ask(late(client, 20, 120));
    const two = late(client, 20, 60).replace(
      "Contact:",
      "Contact: <sip:new@new.invalid>;expires=90\r\nContact:",
    );
    expect(statusOf(client.ask(two))).toBe(500);
    const fetched = client.text("REGISTER", "sip:example.com", alice);
    expect(contactsIn(client.ask(fetched))).toEqual([`${client.contactValue};expires=120`]);
  });

  it("holds for * as well: of the same Call-ID with a lower CSeq it removes nothing", () => {
    const client = registered(open().withAccounts(alice), alice, "page");
    client.ask(late(client, 20, 120));
    const all = client
      .text("REGISTER", "sip:example.com", alice, ["Contact: *", "Expires: 0"], "", {
        callId: "register-page",
      })
      .replace(/CSeq: \d+/, "CSeq: 4");
    expect(statusOf(client.ask(all))).toBe(500);
    expect(contactsIn(client.ask(late(client, 22, 120)))).toHaveLength(1);
  });

  it("with another Call-ID is in order: the page was loaded anew", () => {
    const client = registered(open().withAccounts(alice), alice, "page");
    client.ask(late(client, 20, 120));
    expect(statusOf(client.ask(late(client, 1, 120, "another")))).toBe(200);
  });
});

describeWithEviction("RFC 3261 §10.2.2: removing bindings", (open) => {
  it("ends one with expires=0; the user is away at once", () => {
    const network = open().withAccounts(alice);
    const client = registered(network, alice, "page", { instance });
    expect(contactsIn(client.register({ expires: 0 }))).toEqual([]);
    expect([...network.home(alice).state.devices.values()].map(({ state }) => state)).toEqual(["away"]);
  });

  it("ends all with *, and the sockets stay (design, The roads)", () => {
    const network = open().withAccounts(alice);
    const one = registered(network, alice, "one", { instance });
    const two = registered(network, alice, "two", { instance: other });
    const answer = one.ask(one.text("REGISTER", "sip:example.com", alice, ["Contact: *", "Expires: 0"]));
    expect(statusOf(answer)).toBe(200);
    expect(contactsIn(answer)).toEqual([]);
    expect([one.end.closed, two.end.closed]).toEqual([undefined, undefined]);
    expect([...network.home(alice).state.devices.values()].map(({ state }) => state)).toEqual([
      "away",
      "away",
    ]);
    expect(contactsIn(two.register())).toEqual([`${two.contactValue};expires=150`]);
  });
});

describeWithEviction("RFC 5627 §5.1: GRUUs", (open) => {
  it("come with Supported: gruu, with reg-id or without it, in the case the owner writes", () => {
    const client = registered(open().withAccounts("Alice@example.com"), "Alice@example.com", "page", {
      instance,
    });
    const lines = ["Supported: path, gruu, outbound"];
    const gruus = `pub-gruu="sip:Alice@example.com;gr=${instance}";temp-gruu="sip:tgruu.SEALED@example.com;gr"`;
    const without = client.register({ lines });
    expect(contactsIn(masked(without))).toEqual([`${client.contactValue};${gruus};expires=150`]);
    const withRegId = client.register({ lines, parameters: ";reg-id=1" });
    expect(contactsIn(masked(withRegId))).toEqual([`${client.contactValue};reg-id=1;${gruus};expires=150`]);
  });

  it("come to nobody who did not ask or states no instance-id", () => {
    const network = open().withAccounts(alice);
    expect(textOf(registered(network, alice, "one", { instance }).register())).not.toContain("gruu=");
    const bare = registered(network, alice, "two");
    expect(textOf(bare.register({ lines: ["Supported: gruu"] }))).not.toContain("gruu=");
  });

  it("sent back by the client are replaced, not echoed", () => {
    const client = registered(open().withAccounts(alice), alice, "page", { instance });
    const answer = client.register({ parameters: ';pub-gruu="sip:mallory@example.com;gr=x"' });
    expect(textOf(answer)).not.toContain("mallory");
  });
});

describeWithEviction("RFC 5626 §6: outbound", (open) => {
  it("is required in the 200, with Flow-Timer, only where reg-id and Supported ask for it", () => {
    const client = registered(open().withAccounts(alice), alice, "page", { instance });
    const lines = ["Supported: outbound"];
    const outbound = client.register({ lines, parameters: ";reg-id=1" });
    expect(headersOf(outbound, "Require")).toEqual(["outbound"]);
    expect(headersOf(outbound, "Flow-Timer")).toEqual(["120"]);
    for (const options of [{ lines }, { parameters: ";reg-id=1" }, {}]) {
      const plain = client.register(options);
      expect([...headersOf(plain, "Require"), ...headersOf(plain, "Flow-Timer")]).toEqual([]);
    }
  });
});

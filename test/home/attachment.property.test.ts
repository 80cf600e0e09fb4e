// Whatever a user sends, the socket still fits into its attachment: 16,384 octets, beyond which the platform throws.

import { serialize } from "node:v8";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SocketFacts } from "../../src/contracts/socket-facts";
import { formatSocketFacts, parseSocketFacts } from "../../src/contracts/socket-facts";
import { bindingLimits } from "../../src/registrar/binding";
import { Client, registered } from "./support/client";
import { headersOf, statusOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";

const attachmentLimit = 16_384;
const alice = "alice@example.com";

const attachmentOf = ({ network, user, socket }: Client): number =>
  serialize(network.home(user).state.sockets.get(socket)).length;

/** What the Worker could pass on at worst. */
function largestFacts(): Partial<SocketFacts> {
  const long = "\u96fb".repeat(5000);
  const facts = { address: long, origin: long, scheme: "wss", host: long, userAgent: long } as const;
  return parseSocketFacts(formatSocketFacts({ ...facts, token: undefined })) ?? {};
}

const registerWith = (client: Client, contact: string, callId: string): number =>
  statusOf(
    client.ask(client.text("REGISTER", "sip:example.com", alice, [`Contact: ${contact}`], "", { callId })),
  );

describe("a socket's attachment", () => {
  it("holds ten Contacts of a browser, and refuses the eleventh with 403", () => {
    const client = registered(new VirtualNetwork().withAccounts(alice), alice, "page");
    const uuid = (n: number): string => `urn:uuid:0c67446e-f1a1-11d9-94d3-${String(n).padStart(12, "0")}`;
    const statuses = Array.from({ length: 64 }, (_, n) =>
      registerWith(
        client,
        `<sip:tab${n}@abcdefghijkl.invalid;transport=ws>;+sip.instance="<${uuid(n)}>"`,
        `c${n}`,
      ),
    );
    expect(statuses).toEqual([...Array(9).fill(200), ...Array(55).fill(403)]);
    expect(attachmentOf(client)).toBeLessThan(attachmentLimit / 2);
    // What is there goes on as before.
    expect(statusOf(client.register())).toBe(200);
  });

  it("forgets bindings that are over, so that a page that changes its Contact is not refused for ever", () => {
    const client = registered(new VirtualNetwork().withAccounts(alice), alice, "page");
    for (let n = 0; n < 30; n++) {
      expect(registerWith(client, `<sip:tab${n}@a.invalid>`, `c${n}`)).toBe(200);
      client.network.advance(60_000);
    }
    expect(headersOf(client.register(), "Contact").length).toBeLessThan(5);
  });

  it.each([
    ["a URI", `<sip:${"x".repeat(bindingLimits.uri)}@a.invalid>`, "c"],
    ["a parameter", `<sip:x@a.invalid>;x="${"y".repeat(20_000)}"`, "c"],
    ["an instance-id", `<sip:x@a.invalid>;+sip.instance="<${"i".repeat(bindingLimits.device)}>"`, "c"],
    ["a Call-ID", "<sip:x@a.invalid>", "c".repeat(bindingLimits.callId + 1)],
  ])("refuses %s that is too long with 400", (_what, contact, callId) => {
    const client = registered(new VirtualNetwork().withAccounts(alice), alice, "page");
    expect(registerWith(client, contact, callId)).toBe(400);
    expect(attachmentOf(client)).toBeLessThan(2000);
  });

  it("refuses a SUBSCRIBE whose Contact would name a page too long to remember", () => {
    const client = new Client(new VirtualNetwork().withAccounts(alice), alice, "page", {
      facts: { token: { aor: "alice@example.com" as never, expiresAt: undefined } },
    }).connect();
    const lines = ["Event: presence", `Contact: <sip:${"x".repeat(20_000)}@a.invalid>`];
    expect(statusOf(client.ask(client.text("SUBSCRIBE", `sip:${alice}`, alice, lines)))).toBe(400);
    expect(attachmentOf(client)).toBeLessThan(1000);
  });

  it("fits, whatever is registered on the largest facts there are (property)", () => {
    const size = fc.constantFrom(0, 1, 100, 200, 250, 480, 495, 600, 900, 1000);
    const unit = fc.constantFrom("a", "\u00ff", "\u96fb");
    const contact = fc.record({ unit, user: size, shown: size, device: size, call: size });
    fc.assert(
      fc.property(fc.array(contact, { maxLength: 20 }), (contacts) => {
        const network = new VirtualNetwork().withAccounts(alice);
        const client = registered(network, alice, "page", { facts: largestFacts() });
        contacts.forEach(({ unit: char, user, shown, device, call }, n) => {
          const instance = `;+sip.instance="<${char.repeat(device)}>"`;
          const uri = `sip:${n}${"u".repeat(user)}@a.invalid`;
          registerWith(client, `"${char.repeat(shown)}" <${uri}>${instance}`, `${n}${"c".repeat(call)}`);
          expect(attachmentOf(client)).toBeLessThan(attachmentLimit);
        });
      }),
      { numRuns: 60 },
    );
  });
});

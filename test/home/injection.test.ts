// Line ends in what users write (display names, documents, JSON, escapes in URIs): none ends a line of ours, and no field
// grows out of a value.

import { describe, expect, it } from "vitest";
import { seconds } from "../../src/base/brand";
import { putAccount } from "../../src/home/administration";
import { statePresence } from "../../src/home/events/stated-presence";
import type { Frame } from "../../src/sip/frame";
import { allFields } from "../../src/sip/message";
import { parseMessage } from "../../src/sip/parser";
import { ask, jsonBody } from "../http/gateway";
import { listLines } from "./support/buddies";
import { call } from "./support/call";
import { type Client, registered } from "./support/client";
import { alice, bob } from "./support/pair";
import { statusOf, textOf } from "./support/sip-text";
import { VirtualNetwork } from "./support/virtual-network";
import { carol } from "./support/watched";
import { Watcher } from "./support/watcher";
import { identity, putXcap, rule, ruleset } from "./support/xcap";

const smuggled = "X-Smuggled: 1";

function open() {
  const network = new VirtualNetwork().withAccounts(alice, bob, carol);
  const page = (user: string) => registered(network, user, user.split("@")[0] ?? "", { answers: () => 200 });
  return { network, a: page(alice), b: page(bob), c: page(carol) };
}

/** Every frame that went to a client so far: whole lines, and none of the smuggled field. */
function judge(network: VirtualNetwork): void {
  network.advance(2_000);
  const sent = network.wire.filter(({ isFromClient }) => !isFromClient).map(({ frame }) => frame);
  expect(sent.length).toBeGreaterThan(0);
  for (const frame of sent) expect(namesIn(frame), textOf(frame)).not.toContain("x-smuggled");
}

function namesIn(frame: Frame): readonly string[] {
  const head = textOf(frame).split("\r\n\r\n", 1)[0] ?? "";
  expect(head, "a line end that is none").not.toMatch(/\r(?!\n)|(?<!\r)\n/);
  const parsed = parseMessage(frame);
  if (!parsed.ok) return expect.fail(parsed.error);
  return allFields(parsed.value).map(({ name }) => name);
}

/** Each as it stands in a SIP header field. */
const written: readonly (readonly [what: string, display: string])[] = [
  ["escaped in quotes", `"a\\\r\\\n${smuggled}"`],
  ["bare in quotes: LF", `"a\n${smuggled}"`],
  ["bare in quotes: CR", `"a\r${smuggled}"`],
  ["a fold", `"a\r\n\t${smuggled}"`],
  ["percent-encoded", `"a%0d%0a${smuggled}"`],
  ["U+0085 and U+2028", `"a\u0085${smuggled}\u2028${smuggled}"`],
];

describe.each(written)("a display name with a line end, %s", (_what, display) => {
  it.each(["MESSAGE", "INVITE", "SUBSCRIBE", "PUBLISH", "REFER"])("in a %s", (method) => {
    const { network, a } = open();
    const lines = [
      `Contact: ${display} <${a.contact}>`,
      "Event: presence",
      `Refer-To: ${display} <sip:${carol}>`,
    ];
    const text = a.text(method, `sip:${method === "PUBLISH" ? alice : bob}`, bob, [
      ...lines,
      `Subject: ${display}`,
    ]);
    a.send(text.replace("\r\nFrom: ", `\r\nFrom: ${display} `).replace("\r\nTo: ", `\r\nTo: ${display} `));
    judge(network);
  });

  it("in a Contact that is registered, and called", () => {
    const { network, a, b } = open();
    b.ask(b.registerText().replace("Contact: ", `Contact: ${display} `));
    call(a, bob);
    judge(network);
  });
});

describe("an escaped line end in a URI", () => {
  it.each([
    `sip:bob%0d%0aX-Smuggled:%201@example.com`,
    `sip:${bob};x=%0d%0aX-Smuggled:%201`,
    `sip:${bob}?X-Smuggled=1`,
    `sip:${bob};gr=%0d%0aX-Smuggled:%201`,
  ])("%s, asked for, forwarded to, transferred to", (uri) => {
    const { network, a, b } = open();
    a.send(a.text("MESSAGE", uri, bob, ["Content-Type: text/plain"], "hello"));
    a.send(a.text("INVITE", uri, bob, [`Contact: <${a.contact}>`]));
    a.send(a.text("REFER", `sip:${bob}`, bob, [`Contact: <${a.contact}>`, `Refer-To: <${uri}>`]));
    network.administer(carol, (turn) =>
      putAccount(turn, carol, { rules: { doNotDisturb: false, forward: { always: uri } } }),
    );
    call(a, carol);
    b.register();
    judge(network);
  });
});

describe("a line end in a document (RFC 4825, 4826, 5025)", () => {
  const xmlBreak = `&#13;&#10;${smuggled}`;
  const lists = (uri: string, display: string): string =>
    `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="f"><display-name>${display}</display-name>` +
    `<entry uri="${uri}"><display-name>${display}</display-name></entry><entry uri="sip:${bob}"/></list></resource-lists>`;
  const services = (uri: string, entry: string, display: string): string =>
    `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"><service uri="${uri}"><list name="f">` +
    `<rl:entry xmlns:rl="urn:ietf:params:xml:ns:resource-lists" uri="${entry}"><rl:display-name>${display}</rl:display-name></rl:entry>` +
    "</list><packages><package>presence</package></packages></service></rls-services>";

  const watch = (client: Client, uri: string, lines: readonly string[] = [], body = ""): number => {
    const own = [`Contact: <${client.contact}>`, "Expires: 600", ...lines];
    return statusOf(client.ask(client.text("SUBSCRIBE", uri, client.user, own, body)));
  };

  it.each([
    ["an entry's URI", `sip:${bob}${xmlBreak}`, "b"],
    ["an entry's user", `sip:bob${xmlBreak}@example.com`, "b"],
    ["a display name", `sip:${carol}`, xmlBreak],
  ])("in a list that a SUBSCRIBE brings: %s", (_what, uri, display) => {
    const { network, a } = open();
    expect(watch(a, `sip:${alice}`, listLines, lists(uri, display))).toBe(200);
    judge(network);
  });

  it("in a service of the user's: its address names nobody, an entry is none of the list's, a display name is text", () => {
    const { network, a } = open();
    const service = "sip:alice+f@example.com";
    const put = (...of: Parameters<typeof services>) =>
      putXcap(network, alice, "rls-services/index", services(...of));
    put(`${service}${xmlBreak}`, `sip:${bob}`, "b");
    expect(watch(a, service, ["Event: presence", "Supported: eventlist"])).toBe(404);
    for (const [entry, display] of [
      [`sip:${bob}${xmlBreak}`, "b"],
      [`sip:${bob}`, xmlBreak],
    ] as const) {
      expect([200, 201]).toContain(put(service, entry, display));
      expect(watch(a, service, ["Event: presence", "Supported: eventlist"])).toBe(200);
    }
    judge(network);
  });

  it("in a rule, of which winfo tells", () => {
    const { network, a, b } = open();
    expect(watch(a, `sip:${alice}`, ["Event: presence.winfo"])).toBe(200);
    putXcap(network, alice, "pres-rules/index", ruleset(rule("allow", identity(`${bob}${xmlBreak}`))));
    new Watcher(b, alice).subscribe();
    judge(network);
  });
});

describe("a line end in what the HTTP API hands in", () => {
  it("in a note, an activity and a mood", () => {
    const { network, a } = open();
    new Watcher(a, bob).subscribe();
    network.administer(bob, (turn) => {
      statePresence(turn, { basic: "open", note: `a\r\n${smuggled}` }, undefined);
      statePresence(
        turn,
        { basic: "open", activity: `a\r\n${smuggled}`, mood: `\r\n${smuggled}` },
        undefined,
      );
    });
    judge(network);
  });

  it("in a ring group's members", () => {
    const { network, a } = open();
    const members = [`sip:bob%0d%0aX-Smuggled:%201@example.com`, `sip:${bob};x="%0d%0a${smuggled}"`];
    network.administer(carol, (turn) =>
      putAccount(turn, carol, { group: { members, order: "parallel", ringFor: seconds(10) } }),
    );
    call(a, carol);
    judge(network);
  });

  it.each([
    { from: "server@example.com", contentType: `text/plain\r\n${smuggled}`, body: "x" },
    { from: `server@example.com\r\n${smuggled}`, body: "x" },
    { from: `sip:server@example.com;x=\r\n${smuggled}`, body: "x" },
  ])("in a message of the server's is 400, before any home hears of it", async (message) => {
    const answer = await ask(`/v1/accounts/${bob}/messages`, jsonBody(message));
    expect(answer.status).toBe(400);
  });
});

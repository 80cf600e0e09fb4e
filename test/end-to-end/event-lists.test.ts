// Lists as JsSIP and SIP.js subscribe to them, in real Chromium: one SUBSCRIBE for all of one's buddies (RFC 4662), with the
// list in its body (RFC 5367) or kept as documents that the page edits (RFC 4826).

import { describe, expect, it } from "vitest";
import { browserWorld } from "../support/browser-world";
import { watch } from "../support/event-pages";
import { libraries } from "../support/stock-pages";
import { pidf, presence, type WatchOptions } from "./clients/event-client";

const { gatewayUrl, newUser, client, killAndRestart, ask } = browserWorld({});

const userOf = (aor: string): string => aor.replace(/@.*$/, "");

/** RFC 4662 §4.1: one who reads lists. */
const storedList = {
  ...presence,
  accept: "application/pidf+xml, application/rlmi+xml, multipart/related",
  extraHeaders: ["Supported: eventlist"],
} satisfies WatchOptions;

/** RFC 5367 §3: the list is in the body. */
const listOf = (...aors: readonly string[]): WatchOptions => ({
  ...storedList,
  extraHeaders: [
    ...storedList.extraHeaders,
    "Require: recipient-list-subscribe",
    "Content-Disposition: recipient-list",
  ],
  body: {
    contentType: "application/resource-lists+xml",
    content: `<?xml version="1.0" encoding="UTF-8"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${aors
      .map((aor) => `<entry uri="sip:${aor}"/>`)
      .join("")}</list></resource-lists>`,
  },
});

describe.each(libraries)("RFC 4662, RFC 5367: a list subscribed to by %s", (library) => {
  it("tells of all of it, then of what changes, of all once more when refreshed, and through a kill", async () => {
    const [alice, bob, carol] = [newUser(), newUser(), newUser()];
    const [a, b, c] = await Promise.all([
      client(library, alice),
      client("sip-js", bob),
      client("sip-js", carol),
    ]);
    const list = await watch(a, alice, listOf(bob, carol, "nobody-at-all@localhost"));
    const says = (bobs: string, carols: string) =>
      list.says(
        `${userOf(bob)}: active ${bobs}; ${userOf(carol)}: active ${carols}; nobody-at-all: terminated noresource`,
      );
    const isFull = /fullState="true"/;
    await says("open", "open");
    await b.run((stock, body) => stock.publish(body), pidf(bob, "lunch"));
    const changed = await says("open lunch", "open");
    expect(changed.body).not.toMatch(isFull);
    expect(changed.body).not.toContain(carol);
    const before = (await list.notifies()).length;
    await list.refresh();
    await expect.poll(async () => (await list.notifies()).length).toBeGreaterThan(before);
    expect((await says("open lunch", "open")).body).toMatch(isFull);
    await killAndRestart(a, c);
    await c.run((stock, body) => stock.publish(body), pidf(carol, "back"));
    await says("open lunch", "open back");
    await list.leave();
    // RFC 4662 §4.5: the last NOTIFY has the list once more.
    const isLast = (frame: string) => /^NOTIFY [\s\S]*^Subscription-State: *terminated/m.test(frame);
    await expect.poll(() => a.received.filter(isLast).length).toBe(1);
    for (const frame of [...a.received, ...a.sent]) {
      expect(frame).not.toMatch(/^SIP\/2\.0 (?:4(?!01|07)|5|6)/);
    }
  });
});

describe.each(libraries)("RFC 4826: a list of the user's documents subscribed to by %s", (library) => {
  it("is one SUBSCRIBE to its URI, and an edit from the page is seen at once (RFC 4662 §4.7)", async () => {
    const [alice, bob, carol] = [newUser(), newUser(), newUser()];
    const [a, , c] = await Promise.all([
      client(library, alice),
      client("sip-js", bob),
      client("sip-js", carol),
    ]);
    const put = (usage: string, body: string): Promise<number> =>
      ask(a, alice, {
        method: "PUT",
        path: `/xcap/${usage}/users/sip:${alice}/index`,
        contentType: `application/${usage}+xml`,
        body,
      });
    const friends = (...aors: readonly string[]): Promise<number> => {
      const entries = aors.map((aor) => `<entry uri="sip:${aor}"/>`).join("");
      return put(
        "resource-lists",
        `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="friends">${entries}</list></resource-lists>`,
      );
    };
    const uri = `${userOf(alice)}+friends@localhost`;
    const services = `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"><service uri="sip:${uri}"><resource-list>${gatewayUrl()}/xcap/resource-lists/users/sip:${alice}/index/~~/resource-lists/list%5b@name=%22friends%22%5d</resource-list><packages><package>presence</package></packages></service></rls-services>`;
    expect([await friends(bob), await put("rls-services", services)]).toEqual([201, 201]);
    const list = await watch(a, uri, storedList);
    await list.says(`${userOf(bob)}: active open`);
    expect(await friends(bob, carol)).toBe(200);
    await list.says(`${userOf(bob)}: active open; ${userOf(carol)}: active open`);
    await c.run((stock, body) => stock.publish(body), pidf(carol, "lunch"));
    await list.says(`${userOf(bob)}: active open; ${userOf(carol)}: active open lunch`);
    expect(await friends(carol)).toBe(200);
    await list.says(`${userOf(carol)}: active open lunch`);
  });
});

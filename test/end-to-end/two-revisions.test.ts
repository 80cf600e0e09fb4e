// A deploy while it goes out (docs/upgrading.md): objects of an earlier revision and of this one serve at once and call each other,
// behind a Worker of either. Everything that passes between two objects goes both ways here.

import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { body } from "../../src/sip/message";
import { CallSide, cancel, place, respond, talk } from "../support/call";
import { type MixedGateway, type Side, startMixedGateway } from "../support/mixed-gateway";
import { Phone } from "../support/phone";
import { unpackRevision } from "../support/revision";
import { WebSocketLine } from "../support/web-socket-line";

interface Earlier {
  readonly name: string;
  readonly revision: string;
  /** Whether it knows of sessions of pages, and of an account's dialogs, subscriptions and publications. */
  readonly hasSessions: boolean;
  readonly hasListings: boolean;
}

/** Revisions that were there to be deployed, each the last before something new passed between objects. */
const earlier: readonly Earlier[] = [
  { name: "presence", revision: "d8dfee4", hasSessions: false, hasListings: false },
  { name: "sessions", revision: "a64a2f0", hasSessions: true, hasListings: true },
  { name: "lists of parcels", revision: "3883d58", hasSessions: true, hasListings: true },
];

const present = join(import.meta.dirname, "..", "..", "src", "index.ts");
const adminToken = "administrator-of-two-revisions";
const realm = "example.com";

let gateway: MixedGateway;
const open: Phone[] = [];

/** The objects of these names run the earlier revision, and the realm's where it is said so. */
const nameOn = (side: Side, user: string): string => `${side}-${user}@${realm}`;

async function online(side: Side, user: string): Promise<Phone> {
  const aor = nameOn(side, user);
  const line = await WebSocketLine.open(`${gateway.socketUrl}/?aor=${aor}`);
  const phone = new Phone(line, { aor, password: "demo", instance: user, page: `page-${user}` });
  open.push(phone);
  expect((await phone.register()).status).toBe(200);
  return phone;
}

const ask = (method: string, path: string, content?: unknown): Promise<Response> =>
  fetch(`${gateway.url}/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${adminToken}`, "Content-Type": "application/json" },
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });

async function administer(method: string, path: string, content?: unknown): Promise<Response> {
  const response = await ask(method, path, content);
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return response;
}

const both = [
  ["older", "newer"],
  ["newer", "older"],
] as const;

describe.each(earlier)(
  "the revision of $name ($revision) beside this one",
  ({ revision: name, hasSessions, hasListings }) => {
    const revision = unpackRevision(name);
    const started: MixedGateway[] = [];

    afterAll(async () => {
      for (const each of started) await each.stop();
      revision?.remove();
    });

    describe.skipIf(revision === undefined).each([
      ["newer", "older"],
      ["older", "newer"],
    ] as const)("a Worker of the %s, the realm's object of the %s", (front, realmOf) => {
      beforeAll(async () => {
        gateway = await startMixedGateway({
          sources: { older: revision?.source ?? "", newer: present },
          front,
          isOlder: realmOf === "older" ? /^older-|^example\.com$/ : /^older-/,
          variables: {
            REALMS: realm,
            DEMO_PASSWORD: "demo",
            DIGEST_ALGORITHMS: "MD5",
            ADMIN_TOKEN: adminToken,
            FIGURES: "on",
            CLIENT_ADDRESS_HEADER: "x-real-ip",
          },
        });
        started.push(gateway);
      });
      afterEach(() => {
        for (const phone of open.splice(0)) phone.hangUp();
      });

      /** What is answered where the earlier revision may not have it: no path, or an object that is to be asked again. */
      const statusFor = (hasIt: boolean, side: Side, status: number): number => {
        if (hasIt || (front === "newer" && side === "newer")) return status;
        return front === "older" ? 404 : 503;
      };

      describe.each(both)("from an object of the %s to one of the %s", (from, to) => {
        it("a message arrives, or is stored and comes later, once", async () => {
          const [sender, receiver] = [await online(from, "writer"), await online(to, "reader")];
          const sent = sender.message(receiver.aor, "at once");
          expect(body(await receiver.take("MESSAGE"))).toBe("at once");
          expect((await sent).status).toBe(200);
          receiver.hangUp();
          await receiver.closed();
          for (const text of ["one", "two"])
            expect((await sender.message(receiver.aor, text)).status).toBe(202);
          const again = await online(to, "reader");
          for (const text of ["one", "two"]) expect(body(await again.take("MESSAGE"))).toBe(text);
          expect((await sender.message(nameOn(to, "nobody-yet"), "to nobody")).status).toBe(404);
        });

        it("a watcher is told what is published, and told again when his page is back", async () => {
          const [watcher, presentity] = [await online(from, "watcher"), await online(to, "presentity")];
          expect((await watcher.subscribe(presentity.aor)).status).toBe(200);
          await watcher.take("NOTIFY");
          expect((await presentity.publish("here")).status).toBe(200);
          let told = "";
          while (!told.includes("here")) told = body(await watcher.take("NOTIFY"));
          watcher.hangUp();
          await watcher.closed();
          expect((await presentity.publish("news while away")).status).toBe(200);
          const back = await online(from, "watcher");
          while (!told.includes("news while away")) told = body(await back.take("NOTIFY"));
        });

        it("a call rings, is answered, and ended by either; one that rings is given up", async () => {
          const [caller, callee] = [await online(from, "caller"), await online(to, "callee")];
          for (const who of ["caller", "callee"] as const) {
            const call = await talk(caller, callee);
            const other = who === "caller" ? callee : caller;
            const answer = call[who].request("BYE");
            await other.take("BYE");
            expect((await answer).status).toBe(200);
          }
          const placed = place(caller, callee.aor);
          const invite = await callee.receive("INVITE");
          respond(callee, invite, 180);
          await caller.hears(placed.callId, placed.cseq, 180);
          cancel(placed);
          await callee.take("CANCEL");
          respond(callee, invite, 487);
          expect((await caller.responseTo(placed.callId, placed.cseq)).status).toBe(487);
        });

        it("a call follows a rule to the other side and back", async () => {
          const [caller, third] = [await online(from, "asker"), await online(from, "third")];
          const forwarder = nameOn(to, "forwarder");
          await administer("PUT", `/accounts/${forwarder}`, {
            password: "demo",
            rules: { forward: { always: third.aor } },
          });
          const placed = place(caller, forwarder);
          const invite = await third.receive("INVITE");
          respond(third, invite, 200);
          const answer = await caller.responseTo(placed.callId, placed.cseq);
          expect(answer.status).toBe(200);
          const side = CallSide.ofCaller(caller, answer);
          side.ack();
          await third.receive("ACK");
          const ended = side.request("BYE");
          await third.take("BYE");
          expect((await ended).status).toBe(200);
        });

        it("an alias leads to its account", async () => {
          const [account, alias] = [nameOn(to, "named"), nameOn(from, "nickname")];
          await administer("PUT", `/accounts/${account}`, { password: "demo", aliases: [alias] });
          const [sender, named] = [await online(from, "correspondent"), await online(to, "named")];
          const sent = sender.message(alias, "by the other name");
          expect(body(await named.take("MESSAGE"))).toBe("by the other name");
          expect((await sent).status).toBe(200);
        });

        it("a list is served whose entries are on the other side", async () => {
          const [owner, buddy] = [await online(from, "owner"), await online(to, "buddy")];
          const list = `<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list><entry uri="sip:${buddy.aor}"/></list></resource-lists>`;
          const answer = await owner.request("SUBSCRIBE", {
            uri: `sip:${owner.aor}`,
            lines: [
              `Contact: <${owner.contact}>`,
              "Event: presence",
              "Expires: 600",
              "Supported: eventlist",
              "Require: recipient-list-subscribe",
              "Accept: application/pidf+xml, application/rlmi+xml, multipart/related",
              "Content-Type: application/resource-lists+xml",
              "Content-Disposition: recipient-list",
            ],
            body: list,
          });
          expect(answer.status).toBe(200);
          expect((await buddy.publish("listed")).status).toBe(200);
          let told = "";
          while (!told.includes("listed")) told = body(await owner.take("NOTIFY"));
        });
      });

      it.each(["older", "newer"] as const)(
        "the Worker and an object of the %s agree on what the operator asks",
        async (side) => {
          const phone = await online(side, "administered");
          const account = `/accounts/${phone.aor}`;
          for (const what of ["", "/devices", "/messages", "/calls"])
            await administer("GET", `${account}${what}`);
          for (const what of ["/dialogs", "/subscriptions", "/publications"])
            expect((await ask("GET", `${account}${what}`)).status).toBe(statusFor(hasListings, side, 200));
          await administer("POST", `${account}/messages`, {
            from: `desk@${realm}`,
            body: "from the operator",
          });
          expect(body(await phone.take("MESSAGE"))).toBe("from the operator");
          const listed = await (await administer("GET", `/accounts?realm=${realm}`)).text();
          expect(listed).toContain(phone.aor);
          await administer("DELETE", account);
          await phone.closed();
        },
      );

      it.each(["older", "newer"] as const)(
        "a page logs in at an object of the %s, or is told to come again",
        async (side) => {
          const aor = nameOn(side, "page");
          await administer("PUT", `/accounts/${aor}`, { password: "s3cret" });
          const session = async (password: string): Promise<number> => {
            const { status } = await fetch(`${gateway.url}/v1/session`, {
              method: "POST",
              headers: { "Content-Type": "application/json", Origin: gateway.url, "X-Real-IP": "192.0.2.1" },
              body: JSON.stringify({ aor, password }),
            });
            return status;
          };
          if (front === "older" && !hasSessions) return;
          expect(await session("wrong")).toBe(statusFor(hasSessions, side, 401));
          expect(await session("s3cret")).toBe(statusFor(hasSessions, side, 204));
        },
      );

      it("nothing of it was a fault of either", () => {
        const lines = gateway.log().split("\n");
        const says = (line: string, event: string): boolean => line.includes(`"event":"${event}"`);
        expect(lines.some((line) => says(line, "registered"))).toBe(true);
        const faults = [
          "home failed",
          "realm call failed",
          "parcel failed",
          "late reply failed",
          "call failed",
        ];
        // That a page is gone for good is known when its grace is over, on a slow machine within this test, and told in vain.
        const isOldNews = (line: string): boolean =>
          /"what":"(?:gone|returned)".*does not implement the method/.test(line);
        const isFault = (line: string): boolean =>
          faults.some((fault) => says(line, fault)) && !isOldNews(line);
        expect(lines.filter(isFault)).toEqual([]);
      });
    });
  },
);
